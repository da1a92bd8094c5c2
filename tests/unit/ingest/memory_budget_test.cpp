#include "ingest/memory_budget.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <vector>

namespace rowprint {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

/// What one taker got, in a place that outlives it.
struct Taken {
  std::optional<Result<MemoryBudget::Share>> result;
};

awaitable<void> take(MemoryBudget& budget, std::size_t bytes, std::chrono::milliseconds patience, Taken& taken,
                     std::vector<int>& order, int name) {
  auto share = co_await budget.take(bytes, patience);
  order.push_back(name);
  taken.result.emplace(std::move(share));
}

TEST(MemoryBudget, GivesBackWhatWasTaken) {
  MemoryBudget budget{100};
  asio::io_context context;
  Taken taken;
  std::vector<int> order;
  asio::co_spawn(context, take(budget, 60, 1s, taken, order, 1), asio::detached);
  context.run();
  ASSERT_TRUE(taken.result && *taken.result);
  EXPECT_EQ(budget.bytes_used(), 60U);
  taken.result.reset();
  EXPECT_EQ(budget.bytes_used(), 0U);
}

TEST(MemoryBudget, ServesInOrderOfArrivalEvenIfALaterOneWouldFit) {
  MemoryBudget budget{100};
  asio::io_context context;
  Taken first;
  Taken large;
  Taken small;
  std::vector<int> order;
  asio::co_spawn(context, take(budget, 60, 10s, first, order, 1), asio::detached);
  asio::co_spawn(context, take(budget, 80, 10s, large, order, 2), asio::detached);
  asio::co_spawn(context, take(budget, 20, 10s, small, order, 3), asio::detached);
  context.run_for(20ms);
  EXPECT_EQ(order, (std::vector{1}));
  EXPECT_EQ(budget.waiting(), 2U);
  first.result.reset();
  context.restart();
  context.run();
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
  EXPECT_EQ(budget.bytes_used(), 100U);
}

awaitable<void> take_unless_cancelled(MemoryBudget& budget, std::shared_ptr<Progress> progress, Taken& taken) {
  auto share = co_await budget.take(60, 1h, progress);
  taken.result.emplace(std::move(share));
}

TEST(MemoryBudget, CancelEndsTheWaitAndLetsTheNextOnePass) {
  MemoryBudget budget{100};
  asio::io_context context;
  Taken first;
  Taken cancelled;
  Taken small;
  std::vector<int> order;
  const auto progress = std::make_shared<Progress>();
  asio::co_spawn(context, take(budget, 60, 1s, first, order, 1), asio::detached);
  asio::co_spawn(context, take_unless_cancelled(budget, progress, cancelled), asio::detached);
  asio::co_spawn(context, take(budget, 40, 1h, small, order, 2), asio::detached);
  context.run_for(20ms);
  EXPECT_EQ(budget.waiting(), 2U);
  progress->cancel = true;
  context.restart();
  context.run();
  ASSERT_TRUE(cancelled.result);
  EXPECT_EQ(cancelled.result->error().code, ErrorCode::cancelled);
  EXPECT_EQ(order, (std::vector{1, 2}));
  EXPECT_EQ(budget.waiting(), 0U);
}

TEST(MemoryBudget, RunsOutOfPatienceAndLetsTheNextOnePass) {
  MemoryBudget budget{100};
  asio::io_context context;
  Taken first;
  Taken large;
  Taken small;
  std::vector<int> order;
  asio::co_spawn(context, take(budget, 60, 10s, first, order, 1), asio::detached);
  asio::co_spawn(context, take(budget, 80, 20ms, large, order, 2), asio::detached);
  asio::co_spawn(context, take(budget, 40, 10s, small, order, 3), asio::detached);
  context.run();
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
  ASSERT_TRUE(large.result);
  ASSERT_FALSE(*large.result);
  EXPECT_EQ(large.result->error().code, ErrorCode::busy);
  EXPECT_TRUE(large.result->error().retryable);
  EXPECT_TRUE(*small.result);
}

TEST(MemoryBudget, MoreThanTheWholeIsRefusedAtOnce) {
  MemoryBudget budget{100};
  asio::io_context context;
  Taken taken;
  std::vector<int> order;
  asio::co_spawn(context, take(budget, 101, 10s, taken, order, 1), asio::detached);
  context.run();
  ASSERT_FALSE(*taken.result);
  EXPECT_EQ(taken.result->error().code, ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace rowprint
