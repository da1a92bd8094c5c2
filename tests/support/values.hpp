#pragma once

#include "ingest/model/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Values as tests write them.
namespace rowprint::test {

inline Value integer(std::int64_t held) {
  return {held};
}
inline Value decimal(std::string digits, std::int64_t exponent) {
  return {Decimal{std::move(digits), exponent}};
}
inline Value text(std::string_view held) {
  return {std::string{held}};
}
inline Value list(std::vector<Value> items) {
  return {List{std::move(items)}};
}
inline Value map(std::vector<std::pair<std::string, Value>> pairs) {
  return {Map{std::move(pairs)}};
}

}  // namespace rowprint::test
