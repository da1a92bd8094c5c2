#include "ingest/model/utf8.hpp"

#include <simdjson.h>
#include <algorithm>
#include <cstdint>

namespace rowprint {

bool is_valid_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  if (is_valid_utf8(text)) {
    return std::nullopt;
  }
  // Character by character with the library as the judge: the first sequence that it does not take starts there.
  for (std::size_t begin = 0; begin < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[begin]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const std::string_view character = text.substr(begin, std::min(length, text.size() - begin));
    if (!is_valid_utf8(character)) {
      return begin;
    }
    begin += character.size();
  }
  return text.size();
}

}  // namespace rowprint
