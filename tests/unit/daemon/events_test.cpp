#include "daemon/routes/events.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rowprint::daemon {
namespace {

using namespace std::chrono_literals;

Receipt receipt_of(std::uint64_t rows) {
  Receipt receipt;
  receipt.rows_received = rows;
  return receipt;
}

/// A job, and somebody who follows it on a loop that the test turns.
class EventsTest : public testing::Test {
 protected:
  awaitable<void> follow() {
    JobEvents follower{jobs.find("a"), pace};
    for (;;) {
      std::string event;
      const auto more = co_await follower.next(event);
      if (!more || !*more) {
        closed = true;
        co_return;
      }
      events.push_back(event);
    }
  }
  void start() { boost::asio::co_spawn(loop, follow(), boost::asio::detached); }
  void turn(std::chrono::milliseconds time = 30ms) {
    loop.restart();
    loop.run_for(time);
  }
  static nlohmann::json data_of(const std::string& event) {
    const std::string mark = "\ndata: ";
    return nlohmann::json::parse(event.substr(event.find(mark) + mark.size()));
  }

  Jobs jobs;
  std::shared_ptr<Progress> progress = jobs.begin({"a", "set", JobKind::pull, "sales", Order::set});
  JobEvents::Pace pace{1h, 2h};
  boost::asio::io_context loop;
  std::vector<std::string> events;
  bool closed = false;
};

TEST_F(EventsTest, TheFirstEventComesAtOnce) {
  start();
  turn();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0].starts_with("event: progress\ndata: {"));
  EXPECT_TRUE(events[0].ends_with("}\n\n"));
  EXPECT_EQ(data_of(events[0])["state"], "waiting");
  EXPECT_EQ(data_of(events[0])["source"], "sales");
}

TEST_F(EventsTest, EveryChangeOfStateIsToldWhenItHappens) {
  start();
  for (const IngestState state : {IngestState::connecting, IngestState::storing, IngestState::sealing}) {
    turn();
    progress->state = state;
  }
  turn();
  std::string states;
  for (const std::string& event : events) {
    states += data_of(event)["state"].get<std::string>() + " ";
  }
  EXPECT_EQ(states, "waiting connecting storing sealing ");
}

TEST_F(EventsTest, CountsAreToldOncePerPeriod) {
  pace.period = 100ms;
  start();
  turn(10ms);
  for (int i = 0; i < 30; ++i) {
    progress->rows += 1;
    turn(10ms);
  }
  EXPECT_GE(events.size(), 2U);
  EXPECT_LE(events.size(), 5U);
}

TEST_F(EventsTest, CountsThatStandStillAreNotTold) {
  pace.period = 5ms;
  start();
  turn(100ms);
  EXPECT_EQ(events.size(), 1U);
}

TEST_F(EventsTest, SilenceIsBrokenByAComment) {
  pace.silence = 20ms;
  start();
  turn(200ms);
  ASSERT_GE(events.size(), 2U);
  EXPECT_EQ(events[1], ": nothing new\n\n");
}

TEST_F(EventsTest, TheLastEventHasTheReceiptAndClosesTheStream) {
  start();
  turn();
  // What the ingest says of itself before its receipt is there is not the end yet.
  progress->state = IngestState::sealed;
  turn();
  EXPECT_EQ(data_of(events.back())["state"], "sealing");
  jobs.end("a", receipt_of(7));
  turn();
  ASSERT_TRUE(closed);
  EXPECT_TRUE(events.back().starts_with("event: end\n"));
  EXPECT_EQ(data_of(events.back())["state"], "sealed");
  EXPECT_EQ(data_of(events.back())["receipt"]["rows"]["received"], 7);
}

TEST_F(EventsTest, AJobThatHasEndedIsOneEvent) {
  jobs.end("a", fail(ErrorCode::cancelled, "cancelled by its owner"));
  start();
  turn();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(closed);
  EXPECT_EQ(data_of(events[0])["state"], "cancelled");
  EXPECT_EQ(data_of(events[0])["problem"]["code"], "cancelled");
}

TEST_F(EventsTest, AForgottenJobIsStillToldToItsEnd) {
  start();
  turn();
  jobs.end("a", receipt_of(1));
  for (std::size_t i = 0; i < Jobs::kEndedMax; ++i) {
    jobs.begin({std::to_string(i), "set", JobKind::push, "", Order::sequence});
    jobs.end(std::to_string(i), receipt_of(1));
  }
  ASSERT_FALSE(jobs.find("a"));
  turn();
  ASSERT_TRUE(closed);
  EXPECT_TRUE(events.back().starts_with("event: end\n"));
}

}  // namespace
}  // namespace rowprint::daemon
