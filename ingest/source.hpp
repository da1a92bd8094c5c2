#pragma once

#include "ingest/model/batch.hpp"
#include "ingest/model/schema.hpp"

#include <boost/asio/awaitable.hpp>
#include <optional>

namespace rowprint {

using boost::asio::awaitable;

/// A connector that is being read: yields batches, once.
///
/// Pulled, never pushed: nothing is read from whatever lies behind before next() is awaited.
/// Lifecycle: next() until it gives no batch or an error, then destroy. Thread safety: one next() at a time; successive
/// calls may come from different threads. A source whose library blocks runs it on a thread of its own and resumes the
/// awaiting coroutine on its executor. Limits: every batch is bounded by the BatchBuilder::Limits the source was made
/// with.
class Source {
 public:
  virtual ~Source() = default;

  /// The next rows, never an empty batch; nothing at the end. After the end or an error it is not called again.
  /// Errors: bad_input, unsupported_value, limit_exceeded, truncated carry the row, and offset and column where there
  /// are such.
  virtual awaitable<Result<std::optional<Batch>>> next() = 0;

  /// Columns whose type is known before the first row. Constant during the source's life.
  virtual const Schema& declared() const;
  /// Bytes taken from outside so far; 0 where nothing comes from outside.
  virtual std::uint64_t bytes_received() const { return 0; }
};

/// A source that can be read again: a list, a file. It is fingerprinted before anything is stored.
class ConcreteSource : public Source {
 public:
  /// Goes back before the first row. The rows are then the same, or the tee finds out.
  virtual void rewind() = 0;
};

}  // namespace rowprint
