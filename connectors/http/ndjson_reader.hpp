#pragma once

#include "connectors/http/buffered_rows.hpp"
#include "connectors/http/json_row_parser.hpp"
#include "connectors/http/ndjson_source.hpp"

#include <cstdint>
#include <string_view>

namespace rowprint {

/// What both NDJSON sources share: lines parsed where they were read, and batches of them.
///
/// Lifecycle, thread safety, ownership, memory: as BufferedRows.
class NdjsonReader final : public BufferedRows {
 public:
  NdjsonReader(Schema declared, NdjsonLimits limits);

 private:
  Result<void> take_rows() override;
  std::string_view lines_ahead() const;
  Result<void> take_line(std::string_view line, std::uint64_t offset, bool has_escapes);
  Error too_long(std::uint64_t offset) const;

  NdjsonLimits limits_;
  JsonRowParser parser_;
};

}  // namespace rowprint
