#include "daemon/routes/local_only.hpp"
#include "tests/unit/daemon/daemon_parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <future>
#include <nlohmann/json.hpp>

namespace rowprint::daemon {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kPull = R"({"dataset": "set", "source": "sales", "query": "SELECT n FROM t"})";
constexpr const char* kVerify = "/v1/datasets/set/versions/1/verify";

class SourceRoutes : public testing::Test {
 protected:
  DaemonParts daemon{{{.rows = numbers(5)}}};

  json ingest(const std::string& id) { return json::parse(daemon.ask({"GET", "/v1/ingests/" + id}).body); }
};

TEST_F(SourceRoutes, APullIsAnsweredAtOnceAndFollowedByItsId) {
  const Response answer = daemon.ask({"POST", "/v1/pulls", kPull});
  ASSERT_EQ(answer.status, 202) << answer.body;
  const json said = json::parse(answer.body);
  const auto id = said["ingest"].get<std::string>();
  EXPECT_THAT(answer.headers, testing::Contains(testing::Pair("Location", "/v1/ingests/" + id)));
  EXPECT_EQ(said["kind"], "pull");
  EXPECT_EQ(said["source"], "sales");
  EXPECT_EQ(said["order"], "set");
  daemon.end_of(id);
  const json ended = ingest(id);
  EXPECT_EQ(ended["state"], "sealed");
  EXPECT_EQ(ended["receipt"]["ingest"], id);
  EXPECT_EQ(ended["receipt"]["rows"]["stored"], 5);
  EXPECT_TRUE(ended["problem"].is_null());
}

TEST_F(SourceRoutes, AnOrderByMakesASequenceAndTheRequestOverridesIt) {
  const auto order_of = [&](const std::string& more) {
    const std::string body = R"({"dataset": "set", "source": "sales", "query": )" + more + "}";
    return json::parse(daemon.ask({"POST", "/v1/pulls", body}).body).value("order", "refused");
  };
  EXPECT_EQ(order_of(R"("SELECT n FROM t ORDER BY n")"), "sequence");
  EXPECT_EQ(order_of(R"("SELECT n FROM t ORDER BY n", "order": "set")"), "set");
  EXPECT_EQ(order_of(R"("SELECT n FROM t", "order": "sequence")"), "sequence");
  EXPECT_EQ(order_of(R"("SELECT n FROM t", "order": "any")"), "refused");
}

TEST_F(SourceRoutes, OnlyClientsOfThisMachineMayAsk) {
  for (const auto& [method, path, body] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"POST", "/v1/pulls", kPull},
           {"GET", "/v1/sources", ""},
           {"POST", "/v1/sources/sales/test", ""},
           {"POST", kVerify, R"({"source": "sales", "query": "SELECT"})"}}) {
    const Response answer = daemon.ask({method, path, body, "application/json", false});
    EXPECT_EQ(answer.status, 403) << path;
  }
  EXPECT_EQ(daemon.script->connections, 0);
  EXPECT_TRUE(daemon.jobs.list().empty());
}

TEST_F(SourceRoutes, WhatABrowserSendsWithoutAskingIsNotTaken) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""}) {
    EXPECT_EQ(daemon.ask({"POST", "/v1/pulls", kPull, type}).status, 415) << type;
    EXPECT_EQ(daemon.ask({"POST", kVerify, R"({"source": "sales", "query": "SELECT"})", type}).status, 415) << type;
  }
  EXPECT_EQ(daemon.ask({"POST", "/v1/pulls", kPull, "Application/JSON; charset=utf-8"}).status, 202);
}

TEST_F(SourceRoutes, BodiesThatSayTooMuchOrTooLittleAreRefusedByName) {
  const std::pair<const char*, const char*> table[] = {
      {"", "not JSON"},
      {"[]", "not a JSON object"},
      {"{}", "\\\"dataset\\\" is missing"},
      {R"({"dataset": "set", "source": "sales"})", "\\\"query\\\" is missing"},
      {R"({"dataset": "set", "source": "sales", "query": ""})", "\\\"query\\\" is missing"},
      {R"({"dataset": "../set", "source": "sales", "query": "x"})", "not a dataset name"},
      {R"({"dataset": "set", "source": "sales", "query": "x", "limit": 5})", "unknown member \\\"limit\\\""},
      {R"({"dataset": "set", "source": "sales", "query": "x", "query": "y"})", "\\\"query\\\" stands there twice"},
      {R"({"dataset": "set", "source": 7, "query": "x"})", "\\\"source\\\" must be a text"},
      {"{\"dataset\": \"set\", \"source\": \"sales\", \"query\": \"x\\u0000\"}", "holds a NUL"},
      {R"({"dataset": "set", "source": "sales", "query": "x", "output": "n=number"})", "output: "},
      {R"({"dataset": "set", "source": "sales", "query": "x", "parameters": {}})", "must be a list"},
      {R"({"dataset": "set", "source": "sales", "query": "x", "parameters": [{"name": "a"}]})", "a has no value"},
      {R"({"dataset": "set", "source": "sales", "query": "x", "parameters": [{"name": "a", "value": 5}]})",
       "must be a text or null"},
      {R"({"dataset": "set", "source": "sales", "query": "x", "parameters": [{"name": "a", "value": "5", "type": "real"}]})",
       "is not a type"},
  };
  for (const auto& [body, reason] : table) {
    const Response answer = daemon.ask({"POST", "/v1/pulls", body});
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_THAT(answer.body, HasSubstr(reason)) << body;
  }
  EXPECT_TRUE(daemon.jobs.list().empty());
}

TEST_F(SourceRoutes, ABodyWithoutEndIsCut) {
  const std::string body = R"({"query": ")" + std::string(2U << 20U, 'x') + "\"}";
  EXPECT_EQ(daemon.ask({"POST", "/v1/pulls", body}).status, 413);
}

TEST_F(SourceRoutes, UnknownSourcesAreNotFound) {
  EXPECT_EQ(daemon.ask({"POST", "/v1/pulls", R"({"dataset": "set", "source": "other", "query": "x"})"}).status, 404);
  EXPECT_EQ(daemon.ask({"POST", "/v1/sources/other/test"}).status, 404);
  EXPECT_EQ(daemon.ask({"POST", kVerify, R"({"source": "other", "query": "x"})"}).status, 404);
}

TEST_F(SourceRoutes, SourcesAreListedAndTested) {
  EXPECT_EQ(json::parse(daemon.ask({"GET", "/v1/sources"}).body).dump(),
            R"({"sources":[{"database":"scripted:","name":"sales"}]})");
  const Response tested = daemon.ask({"POST", "/v1/sources/sales/test"});
  ASSERT_EQ(tested.status, 200);
  EXPECT_EQ(json::parse(tested.body)["server"], "Scripted 1.0");
  EXPECT_TRUE(json::parse(tested.body)["milliseconds"].is_number_unsigned());
}

TEST(SourceRoutesOfAnother, AnUnreachableSourceIsAProblem) {
  DaemonParts daemon{{{.refused = passing(ErrorCode::unavailable, "nobody listens")}}};
  const Response tested = daemon.ask({"POST", "/v1/sources/sales/test"});
  EXPECT_EQ(tested.status, 503);
  EXPECT_THAT(tested.body, HasSubstr("nobody listens"));
}

TEST(SourceRoutesOfAnother, TooManyPullsAreBusy) {
  config::Config config = small_config();
  config.pulls.concurrent = 1;
  DaemonParts daemon{{{.endless = true}}, config};
  EXPECT_EQ(daemon.ask({"POST", "/v1/pulls", kPull}).status, 202);
  EXPECT_EQ(daemon.ask({"POST", "/v1/pulls", kPull}).status, 503);
}

TEST(SourceRoutesOfAnother, CancelIsAcceptedOnceAndThenRefused) {
  DaemonParts daemon{{{.endless = true}}};
  const std::string id = daemon.pull();
  daemon.wait_for(id, IngestState::storing);
  EXPECT_EQ(daemon.ask({"DELETE", "/v1/ingests/" + id}).status, 202);
  EXPECT_EQ(daemon.end_of(id).state, IngestState::cancelled);
  EXPECT_EQ(daemon.ask({"DELETE", "/v1/ingests/" + id}).status, 409);
  EXPECT_EQ(daemon.ask({"DELETE", "/v1/ingests/none"}).status, 404);
}

TEST_F(SourceRoutes, AVersionIsComparedWithItsSource) {
  daemon.end_of(daemon.pull());
  const json same = json::parse(daemon.ask({"POST", kVerify, R"({"source": "sales", "query": "x"})"}).body);
  EXPECT_EQ(same["agrees"], true);
  EXPECT_EQ(same["source"]["agrees"], true);
  EXPECT_EQ(same["source"]["fingerprint"], same["computed"]);
  EXPECT_EQ(same["source"]["rows"], 5);
  EXPECT_TRUE(same["source"]["report"].empty());
  const json alone = json::parse(daemon.ask({"POST", kVerify}).body);
  EXPECT_FALSE(alone.contains("source"));
  EXPECT_EQ(daemon.reads.inside(), 0U);
}

TEST(SourceRoutesOfAnother, AReportSaysWhereTheSourcePartsFromTheVersion) {
  auto changed = numbers(5);
  changed[2] = {{"n", Value{std::int64_t{33}}}};
  DaemonParts daemon{{{.rows = numbers(5)}, {.rows = changed}}};
  daemon.end_of(daemon.pull());
  const json said =
      json::parse(daemon.ask({"POST", kVerify, R"({"source": "sales", "query": "x", "report": true})"}).body);
  EXPECT_EQ(said["agrees"], true);
  ASSERT_EQ(said["source"]["agrees"], false);
  ASSERT_EQ(said["source"]["report"].size(), 1U);
  EXPECT_EQ(said["source"]["report"][0].dump(),
            R"({"column":"n","count":1,"kind":"changed","row":3,"source":33,"stored":3})");
  EXPECT_NE(said["source"]["difference"], "");
}

TEST(SourceRoutesOfAnother, ComparingTakesAPlaceAmongTheReads) {
  config::Config config = small_config();
  config.pulls.concurrent = 1;
  DaemonParts daemon{{{.rows = numbers(5)}, {.endless = true}}, config};
  daemon.end_of(daemon.pull());
  daemon.pull("other");
  EXPECT_EQ(daemon.ask({"POST", kVerify, R"({"source": "sales", "query": "x"})"}).status, 503);
}

TEST_F(SourceRoutes, VerifyingEndsWhenTheDaemonStopsWaiting) {
  daemon.end_of(daemon.pull());
  daemon.reads.cancel = true;
  const Response answer = daemon.ask({"POST", kVerify});
  EXPECT_THAT(answer.body, HasSubstr("\"code\":\"cancelled\""));
  daemon.reads.cancel = false;
  EXPECT_EQ(daemon.ask({"POST", kVerify}).status, 200);
}

TEST(SourceRoutesOfAnother, ComparingEndsWhenTheDaemonStopsWaiting) {
  DaemonParts daemon{{{.rows = numbers(5)}, {.rows = numbers(3), .endless = true}, {.silent = true}}};
  daemon.end_of(daemon.pull());
  for (const int connections : {2, 3}) {
    auto answer = std::async(std::launch::async, [&daemon] {
      return daemon.ask({"POST", kVerify, R"({"source": "sales", "query": "x"})"}).body;
    });
    ASSERT_TRUE(wait_until([&] { return daemon.script->connections == connections; }));
    daemon.reads.cancel = true;
    EXPECT_THAT(answer.get(), HasSubstr("\"code\":\"cancelled\""));
    daemon.reads.cancel = false;
  }
}

Request asked_by(bool from_here, std::string host, std::optional<std::string> origin = std::nullopt) {
  Request request;
  request.from_here = from_here;
  request.headers = {{"host", std::move(host)}};
  if (origin) {
    request.headers.emplace_back("origin", *origin);
  }
  return request;
}

TEST(LocalOnly, TheLoopbackIsLetInUnderItsOwnNames) {
  for (const char* host : {"localhost", "LocalHost:8750", "127.0.0.1:8750", "127.8.9.1", "[::1]:8750", "[::1]"}) {
    EXPECT_FALSE(refuse_from_elsewhere(asked_by(true, host))) << host;
    EXPECT_TRUE(refuse_from_elsewhere(asked_by(false, host))) << host;
  }
}

TEST(LocalOnly, ANameThatAPageGaveToTheLoopbackIsNotItsOwn) {
  for (const char* host :
       {"evil.example:8750", "localhost.evil.example", "10.0.0.1", "[2001:db8::1]:8750", "", "[", "]"}) {
    EXPECT_TRUE(refuse_from_elsewhere(asked_by(true, host))) << host;
  }
}

TEST(LocalOnly, PagesOfOtherSitesAreRefused) {
  EXPECT_FALSE(refuse_from_elsewhere(asked_by(true, "localhost:8750", "http://localhost:8750")));
  for (const char* origin : {"http://evil.example", "https://localhost:8750", "http://localhost:8751", "null", ""}) {
    EXPECT_TRUE(refuse_from_elsewhere(asked_by(true, "localhost:8750", origin))) << origin;
  }
}

}  // namespace
}  // namespace rowprint::daemon
