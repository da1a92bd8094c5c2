#include "cli/follow.hpp"

#include "tests/unit/cli/scripted_server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <csignal>
#include <nlohmann/json.hpp>

namespace rowprint::cli {
namespace {

using std::chrono::milliseconds;
using Peer = ScriptedServer::Peer;
using Script = ScriptedServer::Script;

constexpr FollowPace kQuick{milliseconds{5'000}, milliseconds{1}, milliseconds{2}, 3};

std::string ingest(const char* state, bool ended, std::uint64_t rows = 0) {
  return fmt::format(R"({{"ingest":"i1","state":"{}","attempt":1,"rows":{},"bytes":{},"ended":{}}})", state, rows,
                     rows * 10, ended ? "\"2026\"" : "null");
}

std::string event(const char* name, const std::string& data) {
  return fmt::format("event: {}\ndata: {}\n\n", name, data);
}

/// Answers a request for the events with these, and ends them.
Script stream(std::string events, std::string* asked = nullptr) {
  return [events = std::move(events), asked](Peer peer) {
    const std::string head = peer.read_until("\r\n\r\n");
    if (asked != nullptr) {
      *asked = head;
    }
    peer.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + events);
  };
}

Script answer(int status, std::string body) {
  return [status, body = std::move(body)](Peer peer) {
    peer.read_until("\r\n\r\n");
    peer.write(fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body));
  };
}

const Script kHangUp = [](Peer peer) { peer.read_until("\r\n\r\n"); };

class FollowTest : public testing::Test {
 protected:
  Result<Json> follow(const ScriptedServer& server, const FollowPace& pace = kQuick) {
    Client client{{"127.0.0.1", server.port(), ""}, ""};
    return follow_ingest(client, "i1", line_, interrupt_, pace);
  }

  Interrupt interrupt_;
  ProgressLine line_{false};
};

TEST_F(FollowTest, EndOfTheEventsIsTheEndOfTheIngest) {
  std::string asked;
  const ScriptedServer server{stream(event("progress", ingest("storing", false, 7)) + ": quiet\n\n" +
                                         event("news", "nothing of ours") + event("end", ingest("sealed", true, 9)),
                                     &asked)};
  const auto ended = follow(server);
  ASSERT_TRUE(ended) << ended.error().text();
  EXPECT_EQ(ended->at("state"), "sealed");
  EXPECT_EQ(line_.progress().rows, 9U);
  EXPECT_EQ(line_.progress().bytes, 90U);
  EXPECT_TRUE(asked.starts_with("GET /v1/ingests/i1/events HTTP/1.1\r\n")) << asked;
}

TEST_F(FollowTest, FailedIngestIsAnEndAsWell) {
  const ScriptedServer server{stream(event("end", ingest("failed", true)))};
  const auto ended = follow(server);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->at("state"), "failed");
}

TEST_F(FollowTest, BrokenStreamIsAskedForAgain) {
  const ScriptedServer server{std::vector<Script>{stream(event("progress", ingest("storing", false, 7))),
                                                  answer(200, ingest("storing", false, 8)), kHangUp, kHangUp,
                                                  stream(event("end", ingest("reused", true, 9)))}};
  const auto ended = follow(server);
  ASSERT_TRUE(ended) << ended.error().text();
  EXPECT_EQ(ended->at("state"), "reused");
}

TEST_F(FollowTest, EndThatWasMissedIsFoundByAsking) {
  const ScriptedServer server{std::vector<Script>{kHangUp, answer(200, ingest("sealed", true, 9))}};
  const auto ended = follow(server);
  ASSERT_TRUE(ended) << ended.error().text();
  EXPECT_EQ(ended->at("state"), "sealed");
}

TEST_F(FollowTest, AttemptsAreBoundedAndThenTheOutcomeIsUnknown) {
  const ScriptedServer server{std::vector<Script>(7, kHangUp)};  // four streams, and asking between two of them
  const auto ended = follow(server);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(ended.error().outcome_unknown);
  EXPECT_NE(ended.error().reason.find("i1"), std::string::npos) << ended.error().reason;
}

TEST_F(FollowTest, IngestThatTheDaemonDoesNotKnowIsNotAskedForAgain) {
  const ScriptedServer server{answer(404, R"({"code":"not_found","reason":"no such ingest"})")};
  const auto ended = follow(server);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::not_found);
  EXPECT_EQ(ended.error().reason, "no such ingest");
  EXPECT_TRUE(ended.error().outcome_unknown);
}

TEST_F(FollowTest, SilenceIsABrokenStream) {
  const Script silent = [](Peer peer) {
    peer.read_until("\r\n\r\n");
    peer.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n: hello\n\n");
    peer.read(1);  // until the other side gives up
  };
  const ScriptedServer server{std::vector<Script>{silent, answer(200, ingest("sealed", true))}};
  FollowPace pace = kQuick;
  pace.silence_max = milliseconds{50};
  const auto ended = follow(server, pace);
  ASSERT_TRUE(ended) << ended.error().text();
  EXPECT_EQ(ended->at("state"), "sealed");
}

TEST_F(FollowTest, SignalEndsTheFollowingAndNotTheIngest) {
  const Script interrupting = [](Peer peer) {
    peer.read_until("\r\n\r\n");
    peer.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" +
               event("progress", ingest("storing", false)));
    ::kill(::getpid(), SIGINT);
    peer.read(1);
  };
  const ScriptedServer server{interrupting};
  const auto ended = follow(server);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::cancelled);
  EXPECT_TRUE(interrupt_.raised());
}

TEST_F(FollowTest, EventThatIsNoIngestIsNotGuessedAt) {
  const ScriptedServer server{std::vector<Script>(7, stream(event("end", "[1, 2")))};
  EXPECT_FALSE(follow(server));
}

}  // namespace
}  // namespace rowprint::cli
