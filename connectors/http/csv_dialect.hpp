#pragma once

#include <optional>
#include <string>

namespace rowprint {

/// How a table of delimited text is written. A regular value.
struct CsvDialect {
  bool has_header = true;  ///< otherwise the columns are the declared ones, in their order
  char delimiter = ',';
  std::optional<char> quote = '"';  ///< nothing: no character has a meaning but the delimiter and line ends
  std::optional<std::string> null;  ///< what a field that is not in quotes holds where it is null
  bool infer = false;  ///< whether columns that are not declared hold what their fields look like, not text
};

}  // namespace rowprint
