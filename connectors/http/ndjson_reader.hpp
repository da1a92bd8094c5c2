#pragma once

#include "connectors/http/line_parser.hpp"
#include "connectors/http/ndjson_source.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/schema.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace rowprint {

/// What both NDJSON sources share: buffers, lines, batches.
///
/// A buffer is read full, its whole lines are parsed in place, and the batch takes the buffer with it; the line cut at
/// its end moves to the next one. Lifecycle and thread safety: as Source.
class NdjsonReader {
 public:
  NdjsonReader(Schema declared, NdjsonLimits limits);

  awaitable<Result<std::optional<Batch>>> next(ByteStream& body);
  void rewind();

  const Schema& declared() const { return declared_; }
  std::uint64_t bytes_received() const { return buffer_offset_ + filled_; }

 private:
  /// A read buffer: `capacity` bytes to fill, and behind them room that simdjson may read.
  struct Buffer {
    std::unique_ptr<std::uint8_t[]> bytes;
    std::size_t capacity = 0;
    const char* text() const { return reinterpret_cast<const char*>(bytes.get()); }
  };

  awaitable<void> fill(ByteStream& body);
  Result<void> take_lines();
  Result<void> take_line(std::string_view line, std::uint64_t offset, bool has_escapes);
  void hand_over_buffer();
  void make_room();
  static Buffer new_buffer(std::size_t capacity);
  Error bad_line(std::string_view line, std::uint64_t offset) const;
  Error too_long(std::uint64_t offset) const;

  Schema declared_;
  NdjsonLimits limits_;
  BatchBuilder builder_;
  LineParser parser_;
  std::optional<Error> broken_;  ///< declared columns that the builder does not take

  Buffer buffer_;
  std::size_t filled_ = 0;           ///< bytes of the buffer that hold input
  std::size_t parsed_ = 0;           ///< of those, bytes of lines that are done
  std::uint64_t buffer_offset_ = 0;  ///< of the buffer's first byte in the stream
  std::size_t next_capacity_;
  bool ended_ = false;
  std::optional<Error> stream_error_;  ///< reported once the whole lines before it are done
};

}  // namespace rowprint
