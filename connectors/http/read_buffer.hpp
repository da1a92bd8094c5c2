#pragma once

#include "ingest/byte_stream.hpp"
#include "ingest/model/batch.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace rowprint {

/// The bytes of a stream on their way into batches: a buffer is read full, its rows are taken in place, and the batch
/// whose cells point into it takes the buffer with it; the row cut at its end moves to the next one.
///
/// Lifecycle: fill(), take() row after row from the front of rest(), hand_over() before the batch is taken; again until
/// ended(). Thread safety: none. Memory: one buffer of up to `read_bytes`, or of a row where that is longer.
class ReadBuffer {
 public:
  struct Limits {
    std::size_t read_bytes = 0;     ///< of a buffer
    std::size_t row_bytes_max = 0;  ///< what may have to lie in one buffer; the caller refuses what is longer
    std::size_t padding = 0;        ///< line feeds behind the bytes, which may be read
  };
  explicit ReadBuffer(Limits limits);

  /// The limits of a builder whose batches take such buffers: these count towards the batch, cells and copies get the
  /// rest.
  static BatchBuilder::Limits beside(BatchBuilder::Limits batch, std::size_t read_bytes);

  /// Reads until the buffer is full, the stream has ended or it fails. Where nothing was taken since the last fill()
  /// and the buffer is full, it is made larger.
  awaitable<void> fill(ByteStream& stream);
  /// What was read and not taken.
  std::string_view rest() const { return {text() + taken_, filled_ - taken_}; }
  /// Of the first byte of rest() in the stream.
  std::uint64_t offset() const { return buffer_offset_ + taken_; }
  void take(std::size_t bytes) { taken_ += bytes; }

  bool ended() const { return ended_; }
  /// Of the stream, to be reported once the whole rows before it are done.
  const std::optional<Error>& error() const { return error_; }
  std::uint64_t bytes_received() const { return buffer_offset_ + filled_; }

  /// Gives the buffer to the builder's batch. What it was filled with decides how large the next one is.
  void hand_over(BatchBuilder& builder);
  /// For a stream that is opened again.
  void rewind();

 private:
  struct Buffer {
    std::unique_ptr<std::uint8_t[]> bytes;
    std::size_t capacity = 0;  ///< without the padding
  };

  const char* text() const { return reinterpret_cast<const char*>(buffer_.bytes.get()); }
  void make_room();
  Buffer new_buffer(std::size_t capacity) const;

  Limits limits_;
  Buffer buffer_;
  std::size_t filled_ = 0;           ///< bytes of the buffer that hold input
  std::size_t taken_ = 0;            ///< of those, bytes of rows that are done
  std::uint64_t buffer_offset_ = 0;  ///< of the buffer's first byte in the stream
  std::size_t next_capacity_;
  bool ended_ = false;
  std::optional<Error> error_;
};

}  // namespace rowprint
