#include "connectors/sqlite/utf16.hpp"

#include <cstddef>
#include <cstdint>

namespace rowprint::sqlite_file {
namespace {

bool is_high(char16_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low(char16_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

void append(std::string& text, std::uint32_t point) {
  const auto put = [&text](std::uint32_t byte) { text.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  const auto put_tail = [&](std::uint32_t shift) { put(0x80U | (point >> shift & 0x3FU)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0U | point >> 6U);
    put_tail(0);
  } else if (point < 0x10000) {
    put(0xE0U | point >> 12U);
    put_tail(6);
    put_tail(0);
  } else {
    put(0xF0U | point >> 18U);
    put_tail(12);
    put_tail(6);
    put_tail(0);
  }
}

}  // namespace

std::optional<std::string> utf8_of(std::u16string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char16_t unit = text[i];
    if (!is_high(unit) && !is_low(unit)) {
      append(out, unit);
      continue;
    }
    if (is_low(unit) || i + 1 == text.size() || !is_low(text[i + 1])) {
      return std::nullopt;
    }
    ++i;
    append(out, 0x10000U + ((unit - 0xD800U) << 10U) + (text[i] - 0xDC00U));
  }
  return out;
}

}  // namespace rowprint::sqlite_file
