#include "ingest/model/type.hpp"

#include <array>

namespace rowprint {
namespace {

constexpr std::array<std::string_view, kTypes> kNames = {"null",        "bool",  "int",  "float", "decimal",
                                                         "text",        "bytes", "date", "time",  "timestamp",
                                                         "timestamptz", "uuid",  "list", "map",   "any"};

}  // namespace

std::string_view to_string(Type type) {
  return kNames[static_cast<std::size_t>(type)];
}

std::optional<Type> parse_type(std::string_view name) {
  for (std::size_t index = 0; index < kNames.size(); ++index) {
    if (kNames[index] == name) {
      return static_cast<Type>(index);
    }
  }
  return std::nullopt;
}

}  // namespace rowprint
