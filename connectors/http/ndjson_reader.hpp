#pragma once

#include "connectors/http/json_row_parser.hpp"
#include "connectors/http/ndjson_source.hpp"
#include "connectors/http/read_buffer.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/schema.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rowprint {

/// What both NDJSON sources share: lines parsed where they were read, and batches of them.
///
/// Lifecycle and thread safety: as Source.
class NdjsonReader {
 public:
  NdjsonReader(Schema declared, NdjsonLimits limits);

  awaitable<Result<std::optional<Batch>>> next(ByteStream& body);
  void rewind();

  const Schema& declared() const { return declared_; }
  std::uint64_t bytes_received() const { return buffer_.bytes_received(); }

 private:
  Result<void> take_lines();
  Result<void> take_line(std::string_view line, std::uint64_t offset, bool has_escapes);
  Error too_long(std::uint64_t offset) const;

  Schema declared_;
  NdjsonLimits limits_;
  BatchBuilder builder_;
  std::optional<Error> broken_;  ///< declared columns that the builder does not take
  JsonRowParser parser_;

  ReadBuffer buffer_;
};

}  // namespace rowprint
