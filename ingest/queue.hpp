#pragma once

#include "ingest/model/batch.hpp"
#include "ingest/model/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>

namespace rowprint {

using boost::asio::awaitable;

/// Batches between two stages, bounded in bytes: one producer, one consumer, each a coroutine on a strand of its own.
///
/// push() waits while `bytes_max` or more are queued, so that at most `bytes_max` and one batch are held; a full queue
/// stops the reading. Lifecycle: the producer ends with close(); either side may fail(), then push() and pop() of both
/// give that error and what was queued is dropped. Thread safety: push() and close() by the producer, pop() by the
/// consumer, the rest from any thread. Ownership: both stages must have ended before it is destroyed.
class BatchQueue {
 public:
  explicit BatchQueue(std::size_t bytes_max);
  ~BatchQueue();
  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;

  awaitable<Result<void>> push(Batch batch);
  void close();
  /// The first error stays; later ones are forgotten.
  void fail(Error error);
  /// Nothing once the queue was closed and is empty.
  awaitable<Result<std::optional<Batch>>> pop();
  std::size_t bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rowprint
