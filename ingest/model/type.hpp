#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rowprint {

/// The type of a column, as the schema digest names it. Fifteen, without widths or element types.
enum class Type : std::uint8_t {
  null,
  boolean,
  integer,
  floating,
  decimal,
  text,
  bytes,
  date,
  time,
  timestamp,
  timestamptz,
  uuid,
  list,
  map,
  any,
};
constexpr std::size_t kTypes = 15;

/// Every integer up to ± this is a double exactly.
constexpr std::int64_t kExactDoubleMax = std::int64_t{1} << 53U;

/// "null", "bool", "int", "float", "decimal", "text", … as written in schemas.
std::string_view to_string(Type type);
std::optional<Type> parse_type(std::string_view name);

}  // namespace rowprint
