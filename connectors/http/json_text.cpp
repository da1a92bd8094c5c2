#include "connectors/http/json_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

namespace rowprint {
namespace {

constexpr std::size_t kUnicodeEscape = 6;  // \u and four digits

std::optional<std::uint32_t> hex4(std::string_view digits) {
  if (digits.size() < 4) {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  for (const char c : digits.substr(0, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value << 4U | static_cast<std::uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value << 4U | static_cast<std::uint32_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

/// The unit of a \u escape that `text` begins with.
std::optional<std::uint32_t> unicode_escape(std::string_view text) {
  return text.starts_with("\\u") ? hex4(text.substr(2)) : std::nullopt;
}

char* put_utf8(char* out, std::uint32_t point) {
  const auto byte = [](std::uint32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  if (point < 0x80) {
    *out++ = byte(point);
    return out;
  }
  if (point < 0x800) {
    *out++ = byte(0xc0U | point >> 6U);
  } else if (point < 0x10000) {
    *out++ = byte(0xe0U | point >> 12U);
    *out++ = byte(0x80U | (point >> 6U & 0x3fU));
  } else {
    *out++ = byte(0xf0U | point >> 18U);
    *out++ = byte(0x80U | (point >> 12U & 0x3fU));
    *out++ = byte(0x80U | (point >> 6U & 0x3fU));
  }
  *out++ = byte(0x80U | (point & 0x3fU));
  return out;
}

/// 0 where `c` is no escape of one character.
char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

struct CodePoint {
  std::uint32_t value;
  std::size_t raw_size;
};

tl::expected<CodePoint, std::string_view> code_point(std::string_view text) {
  const std::optional<std::uint32_t> unit = unicode_escape(text);
  if (!unit) {
    return tl::unexpected<std::string_view>{"an escape that is not JSON's"};
  }
  if (*unit < 0xd800 || *unit > 0xdfff) {
    return CodePoint{*unit, kUnicodeEscape};
  }
  const std::optional<std::uint32_t> low = *unit < 0xdc00 ? unicode_escape(text.substr(kUnicodeEscape)) : std::nullopt;
  if (!low || *low < 0xdc00 || *low > 0xdfff) {
    return tl::unexpected<std::string_view>{"a lone surrogate"};
  }
  return CodePoint{0x10000U + ((*unit - 0xd800U) << 10U) + (*low - 0xdc00U), 2 * kUnicodeEscape};
}

}  // namespace

tl::expected<std::size_t, BadEscape> unescape(std::string_view raw, char* out) {
  char* next = out;
  std::size_t position = 0;
  while (position < raw.size()) {
    const std::size_t backslash = std::min(raw.find('\\', position), raw.size());
    std::memcpy(next, raw.data() + position, backslash - position);
    next += backslash - position;
    position = backslash;
    if (position == raw.size()) {
      break;
    }
    const char simple = position + 1 < raw.size() ? simple_escape(raw[position + 1]) : '\0';
    if (simple != 0) {
      *next++ = simple;
      position += 2;
      continue;
    }
    const tl::expected<CodePoint, std::string_view> point = code_point(raw.substr(position));
    if (!point) {
      return tl::unexpected<BadEscape>{BadEscape{position, point.error()}};
    }
    next = put_utf8(next, point->value);
    position += point->raw_size;
  }
  return static_cast<std::size_t>(next - out);
}

}  // namespace rowprint
