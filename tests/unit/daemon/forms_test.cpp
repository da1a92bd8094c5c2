#include "daemon/json/forms.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rowprint::daemon {
namespace {

TEST(JsonForms, ProblemNamesWhereItKnowsIt) {
  Error error;
  error.code = ErrorCode::bad_input;
  error.reason = "duplicate key \"b\"";
  error.row = 17;
  error.offset = 1093;
  error.column = "a.b";
  const Json json = json_of(error, status_of(error.code));
  EXPECT_EQ(
      to_text(json),
      R"({"type":"urn:rowprint:problem:bad_input","title":"The input cannot be taken","status":400,)"
      R"("detail":"row 17, offset 1093, column a.b: duplicate key \"b\"","code":"bad_input","reason":"duplicate key \"b\"",)"
      R"("row":17,"offset":1093,"column":"a.b"})"
      "\n");
}

TEST(JsonForms, ProblemLeavesOutWhatItDoesNotKnow) {
  Error error;
  error.code = ErrorCode::no_space;
  error.reason = "full";
  const Json json = json_of(error, 507);
  EXPECT_FALSE(json.contains("row"));
  EXPECT_FALSE(json.contains("offset"));
  EXPECT_FALSE(json.contains("column"));
}

TEST(JsonForms, ReasonThatQuotesBytesIsStillJson) {
  Error error;
  error.reason = "\xff";
  EXPECT_TRUE(Json::accept(to_text(json_of(error, 500))));
}

TEST(JsonForms, EveryCodeHasItsStatus) {
  const std::pair<ErrorCode, int> table[] = {{ErrorCode::bad_input, 400},
                                             {ErrorCode::unsupported_value, 400},
                                             {ErrorCode::limit_exceeded, 413},
                                             {ErrorCode::truncated, 400},
                                             {ErrorCode::not_found, 404},
                                             {ErrorCode::conflict, 409},
                                             {ErrorCode::precondition_failed, 412},
                                             {ErrorCode::key_reused, 422},
                                             {ErrorCode::no_space, 507},
                                             {ErrorCode::io, 500},
                                             {ErrorCode::corrupt, 500},
                                             {ErrorCode::busy, 503},
                                             {ErrorCode::cancelled, 409},
                                             {ErrorCode::unavailable, 503},
                                             {ErrorCode::internal, 500}};
  for (const auto& [code, status] : table) {
    EXPECT_EQ(status_of(code), status) << to_string(code);
  }
}

TEST(JsonForms, ReceiptHasWhatTheApiPromises) {
  Receipt receipt;
  receipt.ingest = "019";
  receipt.version.dataset = "flights";
  receipt.version.number = 2;
  receipt.content.schema.columns = {{"year", Type::integer}};
  receipt.content.rows = 3;
  receipt.rows_received = 3;
  receipt.rows_stored = 3;
  receipt.reused = true;
  const Json json = json_of(receipt);
  for (const char* member : {"ingest", "dataset", "version", "order", "fingerprint", "content", "schema", "rows",
                             "reused", "ack", "bytes", "started", "sealed"}) {
    EXPECT_TRUE(json.contains(member)) << member;
  }
  EXPECT_EQ(json["rows"].dump(), R"({"received":3,"stored":3,"quarantined":0})");
  EXPECT_EQ(json["schema"].dump(), R"([{"name":"year","type":"int"}])");
  EXPECT_TRUE(json["content"]["multiset"].is_null());
  EXPECT_EQ(json["started"], "1970-01-01T00:00:00.000000Z");
}

TEST(JsonForms, IngestHasWhatTheApiPromises) {
  Job job;
  job.asked = {"019", "sales", JobKind::pull, "db", Order::set};
  job.progress = std::make_shared<Progress>();
  job.progress->rows = 500;
  job.progress->bytes = 3000;
  job.state = IngestState::connecting;
  job.attempt = 2;
  job.started = SystemTime{std::chrono::seconds{10}};
  const Json json = json_of(job, SystemTime{std::chrono::seconds{12}});
  EXPECT_EQ(json.dump(),
            R"({"ingest":"019","dataset":"sales","kind":"pull","source":"db","order":"set","state":"connecting",)"
            R"("attempt":2,"rows":500,"bytes":3000,"rows_per_second":250,"bytes_per_second":1500,)"
            R"("started":"1970-01-01T00:00:10.000000Z","ended":null,"problem":null,"receipt":null})");
  job.ended = SystemTime{std::chrono::seconds{20}};
  EXPECT_EQ(json_of(job, SystemTime{std::chrono::seconds{99}})["rows_per_second"], 50);
  job.asked.source.clear();
  job.asked.kind = JobKind::push;
  EXPECT_TRUE(json_of(job, *job.ended)["source"].is_null());
  EXPECT_EQ(json_of(job, *job.ended)["kind"], "push");
}

}  // namespace
}  // namespace rowprint::daemon
