#include "daemon/routes/answers.hpp"
#include "daemon/server/listener.hpp"
#include "tests/unit/daemon/running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <chrono>
#include <string>
#include <thread>

namespace rowprint::daemon {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShort{200};
constexpr std::chrono::minutes kLong{10};

/// Refuses every request, and leaves its body where it is.
class RefusingHandler final : public Handler {
 public:
  awaitable<Response> handle(const Request& /*request*/, std::unique_ptr<Body> /*body*/) override {
    Response response;
    response.status = 415;
    co_return response;
  }
  Response refuse(int status, const Error& error) override { return problem_with_status(status, error); }
  void answering(int /*status*/) override {}
};

/// A client that was refused and told so, and has most of its body still to send.
class Drain : public testing::Test {
 protected:
  void refuse(milliseconds silence, milliseconds all, std::uint64_t bytes_max, ConnectionLimits limits = {100, 100}) {
    ConnectionSettings settings;
    settings.drain = silence;
    settings.drain_max = all;
    settings.drain_bytes_max = bytes_max;
    server_ = std::make_unique<RunningServer>(handler_, settings, limits);
    client_ = std::make_unique<PlainClient>(server_->port());
    client_->send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n");
    EXPECT_THAT(client_->answer(), testing::StartsWith("HTTP/1.1 415 "));
  }

  /// Whether the daemon ends the connection while `piece` is sent again and again, or while it waits if that is empty.
  bool is_let_go(const std::string& piece, milliseconds pause = milliseconds{5}) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (server_->listener().connections() != 0) {
      if (std::chrono::steady_clock::now() > deadline) {
        return false;
      }
      client_->send(piece);
      std::this_thread::sleep_for(pause);
    }
    return true;
  }

  RefusingHandler handler_;
  std::unique_ptr<RunningServer> server_;
  std::unique_ptr<PlainClient> client_;
};

TEST_F(Drain, EndsWhereNothingComes) {
  refuse(kShort, kLong, UINT64_MAX);
  EXPECT_TRUE(is_let_go(""));
}

TEST_F(Drain, EndsInTimeWhereALittleComesNowAndThen) {
  refuse(kLong, kShort, UINT64_MAX);
  EXPECT_TRUE(is_let_go("x"));
}

TEST_F(Drain, EndsInTimeWhereMuchComesAtOnce) {
  refuse(kLong, kShort, UINT64_MAX);
  EXPECT_TRUE(is_let_go(std::string(1U << 20U, 'x'), milliseconds{0}));
}

TEST_F(Drain, EndsAfterSoManyBytes) {
  refuse(kLong, kLong, 1U << 20U);
  EXPECT_TRUE(is_let_go(std::string(64U << 10U, 'x')));
}

TEST_F(Drain, IsCutShortWhereThereAreTooManyConnections) {
  refuse(kShort, kLong, UINT64_MAX, {0, 100});
  EXPECT_TRUE(is_let_go("x"));
}

TEST_F(Drain, IsCutShortWhenTheDaemonEnds) {
  refuse(kShort, kLong, UINT64_MAX);
  server_->listener().finish();
  EXPECT_TRUE(is_let_go("x"));
}

}  // namespace
}  // namespace rowprint::daemon
