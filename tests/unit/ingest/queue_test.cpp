#include "ingest/queue.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

namespace rowprint {
namespace {

namespace asio = boost::asio;

Batch batch_of_bytes(std::size_t bytes) {
  BatchBuilder builder;
  const std::uint32_t a = *builder.column("a");
  builder.begin_row();
  builder.set(a, Cell::text(builder.keep(std::string(bytes, 'x'))));
  builder.end_row();
  return builder.take();
}

awaitable<void> push_until_refused(BatchQueue& queue, std::size_t bytes, std::size_t& pushed,
                                   std::optional<Error>& error) {
  for (;;) {
    auto result = co_await queue.push(batch_of_bytes(bytes));
    if (!result) {
      error = result.error();
      co_return;
    }
    ++pushed;
  }
}

TEST(BatchQueue, HoldsItsBoundAndOneBatchExactly) {
  constexpr std::size_t kBatchBytes = 100'000;
  const std::size_t weight = batch_of_bytes(kBatchBytes).memory_bytes();
  BatchQueue queue{weight * 3};
  std::size_t pushed = 0;
  std::optional<Error> error;
  asio::io_context context;
  asio::co_spawn(context, push_until_refused(queue, kBatchBytes, pushed, error), asio::detached);
  context.run_for(std::chrono::milliseconds{50});
  EXPECT_EQ(pushed, 3U);
  EXPECT_EQ(queue.bytes(), weight * 3);

  queue.fail(Error{ErrorCode::no_space, "full", {}, {}, {}});
  context.restart();
  context.run();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::no_space);
  EXPECT_EQ(queue.bytes(), 0U);
}

awaitable<void> push_all(BatchQueue& queue, std::size_t batches) {
  for (std::size_t index = 0; index < batches; ++index) {
    auto pushed = co_await queue.push(batch_of_bytes(index + 1));
    EXPECT_TRUE(pushed);
  }
  queue.close();
}

awaitable<std::vector<std::size_t>> pop_all(BatchQueue& queue) {
  std::vector<std::size_t> lengths;
  for (;;) {
    auto next = co_await queue.pop();
    if (!next || !*next) {
      co_return lengths;
    }
    lengths.push_back((*next)->row(0)[0].text().size());
  }
}

TEST(BatchQueue, GivesEveryBatchOnceInOrderAcrossThreads) {
  asio::thread_pool pool{2};
  for (const std::size_t bound : {std::size_t{1}, std::size_t{100'000}, std::size_t{1} << 30U}) {
    BatchQueue queue{bound};
    constexpr std::size_t kBatches = 2'000;
    auto pushed = asio::co_spawn(asio::make_strand(pool), push_all(queue, kBatches), asio::use_future);
    auto popped = asio::co_spawn(asio::make_strand(pool), pop_all(queue), asio::use_future);
    pushed.get();
    const std::vector<std::size_t> lengths = popped.get();
    ASSERT_EQ(lengths.size(), kBatches);
    for (std::size_t index = 0; index < kBatches; ++index) {
      ASSERT_EQ(lengths[index], index + 1);
    }
  }
}

TEST(BatchQueue, ErrorReachesTheConsumerAndTheFirstOneStays) {
  BatchQueue queue{1000};
  queue.fail(Error{ErrorCode::truncated, "first", {}, {}, {}});
  queue.fail(Error{ErrorCode::io, "second", {}, {}, {}});
  asio::io_context context;
  auto popped = asio::co_spawn(context, queue.pop(), asio::use_future);
  context.run();
  const auto result = popped.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, "first");
}

}  // namespace
}  // namespace rowprint
