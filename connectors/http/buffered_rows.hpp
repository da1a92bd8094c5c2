#pragma once

#include "connectors/http/read_buffer.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/schema.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rowprint {

/// Makes the declared columns the builder's first, in their order. The error where it does not take them all.
std::optional<Error> declare_columns(BatchBuilder& builder, const Schema& declared);

/// Batches of rows that are taken out of the very buffer into which these were read.
///
/// Lifecycle and thread safety: as Source. Ownership: batches own what their cells point into. Memory: one read buffer
/// beyond the batch handed out, or one row where that is longer. A buffer is read full before its rows are handed out,
/// so a slow sender makes few batches, never many buffers. Errors: those of take_rows() and of the stream.
class BufferedRows {
 public:
  BufferedRows(const BufferedRows&) = delete;
  BufferedRows& operator=(const BufferedRows&) = delete;

  /// The next batch of the rows in `body`, the same stream at every call until rewind().
  awaitable<Result<std::optional<Batch>>> next(ByteStream& body);
  /// For a stream that is opened again.
  void rewind();

  const Schema& declared() const { return declared_; }
  std::uint64_t bytes_received() const { return buffer_.bytes_received(); }

 protected:
  /// Declared columns are the builder's first, in their order.
  BufferedRows(Schema declared, BatchBuilder::Limits batch, ReadBuffer::Limits read);
  virtual ~BufferedRows() = default;

  /// Takes rows from the front of the buffer until the batch is full, or no whole row is left. Where the buffer has
  /// ended it says what is missing: an error.
  virtual Result<void> take_rows() = 0;

  BatchBuilder& builder() { return builder_; }
  const BatchBuilder& builder() const { return builder_; }
  ReadBuffer& buffer() { return buffer_; }
  const ReadBuffer& buffer() const { return buffer_; }
  /// An error at the row begun, or the next to begin. `offset` is that in the stream.
  Error located(ErrorCode code, std::string reason, std::uint64_t offset) const;
  /// Instead of the first batch.
  void refuse_to_begin(Error error) { broken_ = std::move(error); }

 private:
  Schema declared_;
  BatchBuilder builder_;
  ReadBuffer buffer_;
  std::optional<Error> broken_;
};

}  // namespace rowprint
