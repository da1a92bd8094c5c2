#include "ingest/queue.hpp"

#include "ingest/wakeup.hpp"

#include <boost/asio/this_coro.hpp>
#include <deque>
#include <mutex>

namespace rowprint {

struct BatchQueue::State {
  const std::size_t bytes_max;
  mutable std::mutex mutex;
  std::deque<std::pair<Batch, std::size_t>> batches;
  std::size_t bytes = 0;
  bool closed = false;
  std::optional<Error> error;
  std::optional<Wakeup> producer;
  std::optional<Wakeup> consumer;

  explicit State(std::size_t limit) : bytes_max(limit) {}

  static void wake(std::optional<Wakeup>& sleeper) {
    if (sleeper) {
      sleeper->wake();
      sleeper.reset();
    }
  }
};

BatchQueue::BatchQueue(std::size_t bytes_max) : state_(std::make_unique<State>(bytes_max)) {}
BatchQueue::~BatchQueue() = default;

awaitable<Result<void>> BatchQueue::push(Batch batch) {
  State& state = *state_;
  const auto executor = co_await boost::asio::this_coro::executor;
  const std::size_t weight = batch.memory_bytes();
  for (;;) {
    std::optional<Wakeup> sleeper;
    {
      const std::scoped_lock lock{state.mutex};
      if (state.error) {
        co_return rowprint::fail(*state.error);
      }
      if (state.bytes < state.bytes_max) {
        state.batches.emplace_back(std::move(batch), weight);
        state.bytes += weight;
        State::wake(state.consumer);
        co_return Result<void>{};
      }
      state.producer.emplace(executor, std::nullopt);
      sleeper = state.producer;
    }
    co_await sleeper->sleep();
  }
}

void BatchQueue::close() {
  const std::scoped_lock lock{state_->mutex};
  state_->closed = true;
  State::wake(state_->consumer);
}

void BatchQueue::fail(Error error) {
  const std::scoped_lock lock{state_->mutex};
  if (!state_->error) {
    state_->error = std::move(error);
  }
  state_->batches.clear();
  state_->bytes = 0;
  State::wake(state_->producer);
  State::wake(state_->consumer);
}

awaitable<Result<std::optional<Batch>>> BatchQueue::pop() {
  State& state = *state_;
  const auto executor = co_await boost::asio::this_coro::executor;
  for (;;) {
    std::optional<Wakeup> sleeper;
    {
      const std::scoped_lock lock{state.mutex};
      if (state.error) {
        co_return rowprint::fail(*state.error);
      }
      if (!state.batches.empty()) {
        std::optional<Batch> batch{std::move(state.batches.front().first)};
        state.bytes -= state.batches.front().second;
        state.batches.pop_front();
        State::wake(state.producer);
        co_return batch;
      }
      if (state.closed) {
        co_return std::optional<Batch>{};
      }
      state.consumer.emplace(executor, std::nullopt);
      sleeper = state.consumer;
    }
    co_await sleeper->sleep();
  }
}

std::size_t BatchQueue::bytes() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->bytes;
}

}  // namespace rowprint
