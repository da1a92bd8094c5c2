#include "daemon/routes/push_request.hpp"

#include <gtest/gtest.h>

namespace rowprint::daemon {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

tl::expected<PushRequest, PushRefusal> parse(Pairs headers, Pairs query = {}, const std::string& dataset = "d") {
  Request request;
  request.method = "POST";
  request.headers = std::move(headers);
  request.headers.emplace_back("content-length", "0");
  request.query = std::move(query);
  return parse_push(request, {dataset});
}

int status(const tl::expected<PushRequest, PushRefusal>& parsed) {
  return parsed ? 200 : parsed.error().status;
}

const std::string kSequence = "rp1s:" + std::string(64, '0');
const std::string kMultiset = "rp1m:" + std::string(64, '0');

TEST(PushRequest, MediaTypeIsComparedWithoutCaseAndParameters) {
  for (const char* type :
       {"application/x-ndjson", "application/ndjson", "application/jsonl", "Application/X-NDJSON; charset=utf-8"}) {
    EXPECT_EQ(status(parse({{"content-type", type}})), 200) << type;
  }
  for (const char* type : {"", "text/plain", "application/octet-stream", "application/x-ndjson2",
                           "application/x-ndjson, application/x-ndjson"}) {
    EXPECT_EQ(status(parse({{"content-type", type}})), 415) << type;
  }
  EXPECT_EQ(status(parse({})), 415);
}

TEST(PushRequest, ReferenceIsToldByItsType) {
  const auto push = parse({{"content-type", "application/vnd.rowprint.reference+json"}});
  ASSERT_TRUE(push);
  EXPECT_EQ(push->body, PushBody::reference);
}

TEST(PushRequest, RowsAreOfTheFormatThatTheTypeSays) {
  const auto format = [](const char* type) { return parse({{"content-type", type}})->format.format; };
  EXPECT_EQ(format("application/jsonl"), RowFormat::ndjson);
  EXPECT_EQ(format("application/json"), RowFormat::json);
  EXPECT_EQ(format("Text/CSV; charset=\"UTF-8\""), RowFormat::csv);
  EXPECT_EQ(format("text/tab-separated-values"), RowFormat::tsv);
  EXPECT_EQ(format("application/cbor-seq"), RowFormat::cbor);
  EXPECT_EQ(parse({{"content-type", "application/cbor-seq"}})->body, PushBody::rows);
  EXPECT_EQ(status(parse({{"content-type", "application/cbor"}})), 415);
  EXPECT_EQ(status(parse({{"content-type", "text/csv; charset=latin-1"}})), 415);
}

TEST(PushRequest, ParameterSaysTheFormatWhereTheTypeSaysNothing) {
  EXPECT_EQ(parse({}, {{"format", "csv"}})->format.format, RowFormat::csv);
  EXPECT_EQ(parse({{"content-type", "application/octet-stream"}}, {{"format", "json"}})->format.format,
            RowFormat::json);
  EXPECT_EQ(status(parse({{"content-type", "text/csv"}}, {{"format", "csv"}})), 200);
  EXPECT_EQ(status(parse({{"content-type", "text/csv"}}, {{"format", "json"}})), 415);
  EXPECT_EQ(status(parse({{"content-type", "text/plain"}}, {{"format", "csv"}})), 415);
  EXPECT_EQ(status(parse({}, {{"format", "CSV"}})), 400);
}

TEST(PushRequest, OptionsOfTheFormatAreParametersAndHeaderOneOfTheTypeToo) {
  const auto push =
      parse({{"content-type", "text/csv; header=absent"}},
            {{"schema", "a=int"}, {"delimiter", ";"}, {"quote", "none"}, {"null", ""}, {"infer", "true"}});
  ASSERT_TRUE(push);
  const CsvDialect& dialect = push->format.dialect;
  EXPECT_FALSE(dialect.has_header);
  EXPECT_EQ(dialect.delimiter, ';');
  EXPECT_EQ(dialect.quote, std::nullopt);
  EXPECT_EQ(dialect.null, "");
  EXPECT_TRUE(dialect.infer);
  EXPECT_EQ(status(parse({{"content-type", "text/csv; header=absent"}}, {{"header", "present"}, {"schema", "a=int"}})),
            400);
  EXPECT_EQ(status(parse({{"content-type", "text/csv"}}, {{"header", "absent"}})), 400);
  EXPECT_EQ(status(parse({{"content-type", "application/json"}}, {{"null", ""}})), 400);
  EXPECT_EQ(status(parse({{"content-type", "text/csv"}}, {{"delimiter", "ab"}})), 400);
}

TEST(PushRequest, EncodedBodyIsRefused) {
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}, {"content-encoding", "gzip"}})), 415);
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}, {"content-encoding", "identity"}})), 200);
}

TEST(PushRequest, OrderIsSequenceUnlessSaid) {
  EXPECT_EQ(parse({{"content-type", "application/x-ndjson"}})->ingest.order, Order::sequence);
  EXPECT_EQ(parse({{"content-type", "application/x-ndjson"}}, {{"order", "set"}})->ingest.order, Order::set);
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}}, {{"order", "SET"}})), 400);
}

TEST(PushRequest, SchemaIsDeclaredOnce) {
  const auto push = parse({{"content-type", "application/x-ndjson"}}, {{"schema", "a=int,b=text"}});
  ASSERT_TRUE(push);
  EXPECT_EQ(push->declared, (Schema{{{"a", Type::integer}, {"b", Type::text}}}));
  EXPECT_EQ(
      status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-schema", "a=int"}}, {{"schema", "a=int"}})),
      400);
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-schema", "a=integer"}})), 400);
}

TEST(PushRequest, ExpectationIsOfTheKindThatTheOrderGives) {
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-expect", kSequence}})), 200);
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-expect", kMultiset}})), 400);
  EXPECT_EQ(
      status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-expect", kMultiset}}, {{"order", "set"}})),
      200);
  EXPECT_EQ(
      status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-expect", kSequence}}, {{"order", "set"}})),
      400);
  EXPECT_EQ(
      status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-expect", kSequence + ", " + kSequence}})),
      400);
}

TEST(PushRequest, BodyOfUnknownLengthIsNotTakenForAnEmptyOne) {
  Request request;
  request.headers = {{"content-type", "application/x-ndjson"}};
  EXPECT_EQ(status(parse_push(request, {"d"})), 411);
  request.headers.emplace_back("transfer-encoding", "chunked");
  EXPECT_EQ(status(parse_push(request, {"d"})), 200);
}

TEST(PushRequest, DatasetNameIsChecked) {
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}}, {}, "-d")), 400);
}

}  // namespace
}  // namespace rowprint::daemon
