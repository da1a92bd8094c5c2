#pragma once

#include "connectors/http/json_nesting.hpp"
#include "ingest/model/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace rowprint {

/// Where in a JSON object of arrays each of these stands, found while the text goes by. What is in the arrays is not
/// looked at beyond where they end.
///
/// Lifecycle: add() piece after piece, finish(), columns(). Thread safety: none. Memory: O(columns) and their names.
/// Errors: bad_input, limit_exceeded, truncated with byte offset, column and reason; row 0, since the names stand
/// before all rows. After one it is not used again.
class JsonColumnsIndex {
 public:
  struct Column {
    std::string name;
    std::string key;               ///< as it was written, with its quotes
    std::uint64_t key_offset = 0;  ///< of its first quote
    std::uint64_t begin = 0;       ///< behind the opening bracket
    std::uint64_t end = 0;         ///< of the closing bracket, or of a brace in its place
  };

  JsonColumnsIndex(std::size_t columns_max, std::size_t key_bytes_max)
      : columns_max_(columns_max), key_bytes_max_(key_bytes_max) {}

  Result<void> add(std::string_view piece);
  Result<void> finish() const;
  const std::vector<Column>& columns() const { return columns_; }

 private:
  enum class Expected : std::uint8_t {
    object,
    key_or_end,
    key,
    rest_of_key,
    colon,
    array,
    rest_of_array,
    comma_or_end,
    nothing,
  };

  /// Takes what the state expects from the front of `rest`; gives how many bytes that was.
  Result<std::size_t> take(std::string_view rest);
  Result<std::size_t> take_token(char token);
  Result<std::size_t> take_key(std::string_view rest);
  Result<std::size_t> take_array(std::string_view rest);
  Result<void> end_key();
  tl::unexpected<Error> wrong(std::string reason, std::uint64_t offset, ErrorCode code = ErrorCode::bad_input) const;

  std::size_t columns_max_;
  std::size_t key_bytes_max_;
  Expected expected_ = Expected::object;
  std::uint64_t offset_ = 0;
  std::vector<Column> columns_;
  std::unordered_set<std::string> names_;
  std::size_t name_bytes_ = 0;
  bool is_named_ = false;    ///< the last column has its name
  bool is_escaped_ = false;  ///< the key goes on behind a backslash
  JsonNesting nesting_;
};

}  // namespace rowprint
