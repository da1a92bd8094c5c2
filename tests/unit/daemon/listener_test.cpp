#include "daemon/server/listener.hpp"

#include "daemon/routes/answers.hpp"
#include "tests/unit/daemon/running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace rowprint::daemon {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Pieces 0 to 9 as text; at piece `fails_at` an error.
class Digits final : public ByteProducer {
 public:
  explicit Digits(int fails_at) : fails_at_(fails_at) {}
  awaitable<Result<bool>> next(std::string& into) override {
    if (piece_ == fails_at_) {
      co_return fail(ErrorCode::corrupt, "a piece is damaged");
    }
    into = piece_ < 10 ? std::to_string(piece_++) : "";
    co_return !into.empty();
  }

 private:
  int fails_at_;
  int piece_ = 0;
};

/// /echo answers the body, /stream/N ten digits with an error at N, /throw throws, /late reads
/// after a while, /unread leaves the body where it is.
class TestHandler final : public Handler {
 public:
  awaitable<Response> handle(const Request& request, std::unique_ptr<Body> body) override {
    handled_ += 1;
    Response response;
    const std::string& what = request.path.at(0);
    if (what == "here") {
      response.body = request.from_here ? "yes" : "no";
      co_return response;
    }
    if (what == "throw") {
      throw std::runtime_error{"thrown by the test"};
    }
    if (what == "stream") {
      response.stream = std::make_unique<Digits>(std::stoi(request.path.at(1)));
      co_return response;
    }
    if (what == "unread") {
      response.status = 415;
      co_return response;
    }
    if (what == "late") {
      boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, std::chrono::milliseconds{400}};
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
    std::uint8_t bytes[7];
    if (what == "hold") {
      const std::scoped_lock lock{mutex_};
      held_ = body.get();
    }
    for (;;) {
      const auto size = co_await body->read(bytes);
      if (!size) {
        co_return problem(size.error());
      }
      if (*size == 0) {
        break;
      }
      response.body.append(reinterpret_cast<const char*>(bytes), *size);
    }
    co_return response;
  }
  Response refuse(int status, const Error& error) override {
    return status == 0 ? problem(error) : problem_with_status(status, error);
  }
  void answering(int status) override { last_status_ = status; }

  /// Of the last /hold; valid until it is answered.
  Body* held() {
    const std::scoped_lock lock{mutex_};
    return held_;
  }

  std::atomic<int> handled_{0};
  std::atomic<int> last_status_{0};

 private:
  std::mutex mutex_;
  Body* held_ = nullptr;
};

class ListenerTest : public testing::Test {
 protected:
  TestHandler handler;
  RunningServer server{handler};
};

const std::string kChunkedHead = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
std::string sized(const std::string& body) {
  return "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_F(ListenerTest, SizedAndChunkedBodiesArriveWhole) {
  PlainClient client{server.port()};
  client.send(sized("the body of a request"));
  EXPECT_THAT(client.answer(), EndsWith("\r\n\r\nthe body of a request"));
  client.send(kChunkedHead + "5\r\nthe b\r\n10;x=y\r\nody of a request\r\n0\r\nTrailer: x\r\n\r\n");
  EXPECT_THAT(client.answer(), EndsWith("\r\n\r\nthe body of a request"));
}

TEST_F(ListenerTest, BodyArrivesWholeInAnyPieces) {
  const std::string request = kChunkedHead + "5\r\nthe b\r\n10\r\nody of a request\r\n0\r\n\r\n";
  for (std::size_t cut = 1; cut < request.size(); cut += 3) {
    PlainClient client{server.port()};
    client.send(request.substr(0, cut));
    std::this_thread::yield();
    client.send(request.substr(cut));
    EXPECT_THAT(client.answer(), EndsWith("\r\n\r\nthe body of a request")) << "cut at " << cut;
  }
}

TEST_F(ListenerTest, BodyCutBeforeItsEndIsNeverWhole) {
  const std::string request = kChunkedHead + "5\r\nthe b\r\n10\r\nody of a request\r\n0\r\n\r\n";
  for (std::size_t size = kChunkedHead.size(); size < request.size(); ++size) {
    PlainClient client{server.port()};
    client.send(request.substr(0, size));
    client.finish_sending();
    const std::string answer = client.rest();
    EXPECT_THAT(answer, HasSubstr("\"code\":\"truncated\"")) << "cut at " << size;
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
  }
}

TEST_F(ListenerTest, ClientOfTheLoopbackIsFromHere) {
  PlainClient client{server.port()};
  client.send("GET /here HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.answer(), EndsWith("\r\n\r\nyes"));
}

TEST_F(ListenerTest, CancelEndsAReadThatWaitsForASlowClient) {
  PlainClient client{server.port()};
  client.send("POST /hold HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nthe b\r\n");
  while (handler.held() == nullptr) {
    std::this_thread::yield();
  }
  // Long enough that the read waits; were it not, the next one would be cancelled.
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  const auto begun = std::chrono::steady_clock::now();
  handler.held()->cancel();
  const std::string answer = client.answer();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{1});
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 409"));
  EXPECT_THAT(answer, HasSubstr("\"code\":\"cancelled\""));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST_F(ListenerTest, BodyWhoseEndIsNotReadIsNotTheNextRequest) {
  PlainClient client{server.port()};
  client.send(kChunkedHead + "5\r\nthe b\r\n0\r\nX\r\n\r\n" + sized("never"));
  EXPECT_THAT(client.rest(), AllOf(StartsWith("HTTP/1.1 400 "), Not(HasSubstr("never"))));
  EXPECT_EQ(handler.handled_, 1);
}

TEST_F(ListenerTest, PipelinedRequestsAreAnsweredInOrder) {
  PlainClient client{server.port()};
  client.send(sized("first") + sized("second") + sized("third"));
  EXPECT_THAT(client.answer(), EndsWith("first"));
  EXPECT_THAT(client.answer(), EndsWith("second"));
  EXPECT_THAT(client.answer(), EndsWith("third"));
}

TEST_F(ListenerTest, StreamEndsWithItsLastChunk) {
  PlainClient client{server.port()};
  client.send("GET /stream/100 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.rest(), EndsWith("1\r\n8\r\n1\r\n9\r\n0\r\n\r\n"));
}

TEST_F(ListenerTest, StreamThatFailsIsCutBeforeItsLastChunk) {
  PlainClient client{server.port()};
  client.send("GET /stream/5 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.rest(), EndsWith("1\r\n4\r\n"));
}

TEST_F(ListenerTest, StreamThatFailsAtOnceIsAProblem) {
  PlainClient client{server.port()};
  client.send("GET /stream/0 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.answer(), AllOf(StartsWith("HTTP/1.1 500 "), HasSubstr("a piece is damaged")));
}

TEST_F(ListenerTest, HandlerThatThrowsIsABugOfOursThatTheClientSees) {
  PlainClient client{server.port()};
  client.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.answer(), AllOf(StartsWith("HTTP/1.1 500 "), Not(HasSubstr("thrown by the test"))));
  client.send(sized("goes on"));
  EXPECT_THAT(client.answer(), EndsWith("goes on"));
}

TEST_F(ListenerTest, BodyThatIsNotReadEndsTheConnectionAfterTheAnswer) {
  PlainClient client{server.port()};
  client.send("POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + std::string(100000, 'x') +
              sized("never"));
  EXPECT_THAT(client.rest(),
              AllOf(StartsWith("HTTP/1.1 415 "), HasSubstr("Connection: close"), Not(HasSubstr("never"))));
  EXPECT_EQ(handler.handled_, 1);
}

TEST_F(ListenerTest, FinishEndsIdleConnectionsAndAnswersTheOthers) {
  PlainClient idle{server.port()}, busy{server.port()};
  idle.send(sized("x"));
  idle.answer();
  busy.send(kChunkedHead + "1\r\na\r\n");
  while (handler.handled_ < 2) {
    std::this_thread::yield();
  }
  server.listener().finish();
  EXPECT_EQ(idle.rest(), "");
  busy.send("1\r\nb\r\n0\r\n\r\n");
  EXPECT_THAT(busy.rest(), AllOf(HasSubstr("Connection: close"), EndsWith("\r\n\r\nab")));
  server.wait_until_ended();
}

TEST_F(ListenerTest, CancelEndsABodyThatIsWaitedFor) {
  PlainClient client{server.port()};
  client.send(kChunkedHead + "1\r\na\r\n");
  while (handler.handled_ < 1) {
    std::this_thread::yield();
  }
  server.listener().finish();
  server.listener().cancel();
  client.finish_sending();
  EXPECT_THAT(client.rest(), AnyOf(HasSubstr("\"code\":\"cancelled\""), HasSubstr("\"code\":\"truncated\"")));
  server.wait_until_ended();
}

TEST_F(ListenerTest, ManyClientsAtOnceGetTheirOwnAnswers) {
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&, i] {
      PlainClient client{server.port()};
      for (int j = 0; j < 20; ++j) {
        const std::string body = "client " + std::to_string(i) + " request " + std::to_string(j);
        client.send(sized(body));
        right += testing::Value(client.answer(), EndsWith("\r\n\r\n" + body)) ? 1 : 0;
      }
    });
  }
  for (std::thread& client : clients) {
    client.join();
  }
  EXPECT_EQ(right, 320);
}

/// Who is refused is let go soon; nothing else has a short time, so that a slow machine changes nothing.
ConnectionSettings short_drain() {
  ConnectionSettings settings;
  settings.drain = std::chrono::milliseconds{200};
  return settings;
}

TEST(Listener, ClientThatStallsInItsBodyIsToldSo) {
  TestHandler handler;
  ConnectionSettings settings = short_drain();
  settings.body.stall = std::chrono::milliseconds{200};
  RunningServer server{handler, settings};
  PlainClient client{server.port()};
  client.send(kChunkedHead + "5\r\nthe b\r\n");
  EXPECT_THAT(client.rest(),
              AllOf(StartsWith("HTTP/1.1 408 "), HasSubstr("nothing came for 200 ms"), HasSubstr("Connection: close")));
  EXPECT_EQ(handler.last_status_, 408);
}

TEST(Listener, ClientWhoseBodyComesTooSlowlyIsToldSo) {
  TestHandler handler;
  ConnectionSettings settings = short_drain();
  settings.body.pace = {1000, std::chrono::milliseconds{50}, std::chrono::milliseconds{200}};
  RunningServer server{handler, settings};
  PlainClient client{server.port()};
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nfour");
  EXPECT_THAT(client.rest(), AllOf(StartsWith("HTTP/1.1 408 "), HasSubstr("less than 1000 bytes a second")));
}

TEST(Listener, TimeThatTheDaemonTakesIsNotTheClients) {
  TestHandler handler;
  ConnectionSettings settings;
  settings.body.pace = {1000, std::chrono::milliseconds{0}, std::chrono::milliseconds{100}};
  RunningServer server{handler, settings};
  PlainClient client{server.port()};
  client.send("POST /late HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nwhole");
  EXPECT_THAT(client.answer(), EndsWith("\r\n\r\nwhole"));
}

TEST(Listener, HeadThatDoesNotComeInTimeIsToldSo) {
  TestHandler handler;
  ConnectionSettings settings = short_drain();
  settings.header = std::chrono::seconds{2};
  RunningServer server{handler, settings};
  PlainClient client{server.port()};
  client.send("GET / HTTP/1.1\r\nHost");
  EXPECT_THAT(client.rest(), AllOf(StartsWith("HTTP/1.1 408 "), HasSubstr("Connection: close")));
  EXPECT_EQ(handler.handled_, 0);
}

TEST(Listener, BodyPastItsLimitIsCutThere) {
  TestHandler handler;
  ConnectionSettings settings = short_drain();
  settings.body.bytes_max = 10;
  RunningServer server{handler, settings};
  PlainClient fits{server.port()}, longer{server.port()}, stated{server.port()};
  fits.send(kChunkedHead + "a\r\n0123456789\r\n0\r\n\r\n");
  EXPECT_THAT(fits.answer(), EndsWith("\r\n\r\n0123456789"));
  longer.send(kChunkedHead + "b\r\n0123456789a\r\n0\r\n\r\n");
  EXPECT_THAT(longer.rest(), AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("\"offset\":10}")));
  stated.send(sized("0123456789a"));
  EXPECT_THAT(stated.rest(), StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(handler.handled_, 2);
}

TEST(Listener, ConnectionsOfOneClientAreCounted) {
  TestHandler handler;
  RunningServer server{handler, short_drain(), {100, 2}};
  const auto one = std::make_unique<PlainClient>(server.port());
  one->send(sized("one"));
  EXPECT_THAT(one->answer(), EndsWith("one"));
  const auto two = std::make_unique<PlainClient>(server.port());
  two->send(sized("two"));
  EXPECT_THAT(two->answer(), EndsWith("two"));
  // The handler decides what the crowd is told; the connection sees to it that there is one answer.
  std::vector<std::unique_ptr<PlainClient>> crowd;
  for (int i = 0; i < 4; ++i) {
    crowd.push_back(std::make_unique<PlainClient>(server.port()));
    crowd.back()->send(sized("more") + sized("never"));
  }
  for (const auto& client : crowd) {
    EXPECT_THAT(client->answer(), AllOf(HasSubstr("Connection: close"), EndsWith("more")));
  }
}

TEST(Listener, ClientIsItsAddressOrItsNetwork) {
  const auto name = [](const char* text) { return client_name(boost::asio::ip::make_address(text)); };
  EXPECT_EQ(name("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(name("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(name("2001:db8:1:2:3:4:5:6"), name("2001:db8:1:2::1"));
  EXPECT_NE(name("2001:db8:1:2::1"), name("2001:db8:1:3::1"));
}

TEST(Listener, DestroyedWithConnectionsOpenLeavesNothingRunning) {
  TestHandler handler;
  std::vector<std::unique_ptr<PlainClient>> clients;
  {
    RunningServer server{handler};
    for (int i = 0; i < 10; ++i) {
      clients.push_back(std::make_unique<PlainClient>(server.port()));
      clients.back()->send(i % 2 == 0 ? kChunkedHead + "1\r\na\r\n" : "GET /str");
    }
  }
  EXPECT_LE(handler.handled_, 5);
}

}  // namespace
}  // namespace rowprint::daemon
