#pragma once

#include "ingest/model/batch.hpp"
#include "ingest/model/error.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>

namespace rowprint {

using boost::asio::awaitable;

/// Batches between two stages, bounded in bytes: one producer, one consumer, each on its own strand.
///
/// push() waits while the queue holds `bytes_max` or more, so at most `bytes_max` and one batch are in it; a full queue thereby stops the
/// reading. Lifecycle: the producer ends with close(), either side may fail() it; then both see the error.
/// Thread safety: push/close from one coroutine, pop from another, fail from anywhere.
class BatchQueue {
 public:
  BatchQueue(boost::asio::any_io_executor executor, std::size_t bytes_max);
  ~BatchQueue();
  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;

  awaitable<Result<void>> push(Batch batch);
  void close();
  void fail(Error error);
  /// Nothing once the queue was closed and is empty.
  awaitable<Result<std::optional<Batch>>> pop();
  std::size_t bytes() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace rowprint
