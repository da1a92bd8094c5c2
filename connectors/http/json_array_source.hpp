#pragma once

#include "connectors/http/buffered_source.hpp"
#include "connectors/http/json_nesting.hpp"
#include "connectors/http/json_row_parser.hpp"
#include "connectors/http/row_limits.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace rowprint {

/// Rows from one JSON array of objects (RFC 8259, UTF-8), of any length.
///
/// Each element is a row under exactly the rules of a line of NDJSON, but that it may span lines. White space may stand
/// between all tokens. Anything but one array is refused: a comma too few or too many, something behind it, a byte
/// order mark, nothing at all. Lifecycle, thread safety, ownership, memory: as BufferedSource. Limits: `limits`; white
/// space between rows does not count. Errors: those of NdjsonSource; truncated where the stream ends before the array
/// does.
class JsonArraySource final : public BufferedSource {
 public:
  explicit JsonArraySource(std::unique_ptr<ByteStream> body, Schema declared = {}, RowLimits limits = {});

 private:
  enum class Expected : std::uint8_t { array, row_or_end, row, comma_or_end, nothing };

  Result<void> take_rows() override;
  Result<void> take_row();
  Result<void> take_token(char token);
  Result<void> check_end() const;
  void skip_space();
  Error unexpected(std::string_view reason) const;

  RowLimits limits_;
  JsonRowParser parser_;
  Expected expected_ = Expected::array;
  JsonNesting nesting_;        ///< of the row at the front
  std::size_t looked_at_ = 0;  ///< bytes of that row in which its end is not
};

}  // namespace rowprint
