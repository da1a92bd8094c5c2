#include "ingest/model/text_forms.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace rowprint::text_forms {
namespace {

constexpr std::array<std::int8_t, 256> base64_values() {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::array<std::int8_t, 256> kBase64Values = base64_values();
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::array<std::size_t, 4> kUuidDashes{8, 13, 18, 23};

std::uint32_t base64_value(char c) {
  return static_cast<std::uint32_t>(kBase64Values[static_cast<unsigned char>(c)]);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Of the four (two where `size` is 3) characters that base64 text ends with, padded ones count as zero.
Parsed<void> put_last_group(std::string_view group, hashing::ByteBuffer& out) {
  const std::size_t characters = group[2] == '=' ? 2 : group[3] == '=' ? 3 : 4;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::int8_t value = i < characters ? kBase64Values[static_cast<unsigned char>(group[i])] : std::int8_t{0};
    if (value < 0 || (i >= characters && group[i] != '=')) {
      return refuse("not base64");
    }
    bits = bits << 6U | static_cast<std::uint32_t>(value);
  }
  const std::uint32_t unused = characters == 2 ? 0xffffU : characters == 3 ? 0xffU : 0U;
  if ((bits & unused) != 0) {
    return refuse("base64 with unused bits that are not zero");
  }
  for (std::size_t i = 0; i + 1 < characters; ++i) {
    out.push_back(static_cast<std::uint8_t>(bits >> (16U - 8U * i)));
  }
  return {};
}

std::size_t count_digits(std::string_view text) {
  const auto end = std::ranges::find_if(text, [](char c) { return c < '0' || c > '9'; });
  return static_cast<std::size_t>(end - text.begin());
}

/// Saturates: what is out of range here is out of range for the encoder, too.
std::int64_t exponent_value(std::string_view digits, bool negative) {
  constexpr std::int64_t kBeyond = std::int64_t{1} << 40U;
  std::int64_t value = 0;
  for (const char digit : digits) {
    value = std::min(value * 10 + (digit - '0'), kBeyond);
  }
  return negative ? -value : value;
}

}  // namespace

Parsed<std::array<std::uint8_t, 16>> parse_uuid(std::string_view text) {
  constexpr std::string_view kReason = "not a UUID (8-4-4-4-12 hexadecimal digits)";
  if (text.size() != 36) {
    return refuse(kReason);
  }
  std::array<std::uint8_t, 16> uuid{};
  std::size_t digit = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::ranges::find(kUuidDashes, i) != kUuidDashes.end()) {
      if (text[i] != '-') {
        return refuse(kReason);
      }
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) {
      return refuse(kReason);
    }
    uuid[digit / 2] = static_cast<std::uint8_t>(uuid[digit / 2] << 4U | value);
    ++digit;
  }
  return uuid;
}

Parsed<void> parse_base64(std::string_view text, hashing::ByteBuffer& out) {
  if (text.empty()) {
    return {};
  }
  if (text.size() % 4 != 0) {
    return refuse("base64 whose length is not a multiple of four");
  }
  std::uint8_t* next = out.grow(text.size() / 4 * 3);
  for (; text.size() > 4; text.remove_prefix(4)) {
    const std::uint32_t bits = base64_value(text[0]) << 18U | base64_value(text[1]) << 12U |
                               base64_value(text[2]) << 6U | base64_value(text[3]);
    const int any_invalid =
        kBase64Values[static_cast<unsigned char>(text[0])] | kBase64Values[static_cast<unsigned char>(text[1])] |
        kBase64Values[static_cast<unsigned char>(text[2])] | kBase64Values[static_cast<unsigned char>(text[3])];
    if (any_invalid < 0) {
      return refuse("not base64");
    }
    *next++ = static_cast<std::uint8_t>(bits >> 16U);
    *next++ = static_cast<std::uint8_t>(bits >> 8U);
    *next++ = static_cast<std::uint8_t>(bits);
  }
  out.commit(next);
  return put_last_group(text, out);
}

Parsed<DecimalParts> parse_decimal(std::string_view text) {
  constexpr std::string_view kReason = "not a decimal number";
  DecimalParts parts;
  if (text.starts_with('-')) {
    parts.digits.push_back('-');
    text.remove_prefix(1);
  }
  const std::size_t whole = count_digits(text);
  if (whole == 0) {
    return refuse(kReason);
  }
  parts.digits.append(text.substr(0, whole));
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t fraction = count_digits(text);
    if (fraction == 0) {
      return refuse(kReason);
    }
    parts.digits.append(text.substr(0, fraction));
    parts.exponent = -static_cast<std::int64_t>(fraction);
    text.remove_prefix(fraction);
  }
  if (text.empty()) {
    return parts;
  }
  if (text[0] != 'e' && text[0] != 'E') {
    return refuse(kReason);
  }
  text.remove_prefix(1);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  if (text.empty() || count_digits(text) != text.size()) {
    return refuse(kReason);
  }
  parts.exponent += exponent_value(text, negative);
  return parts;
}

void format_uuid(std::string& out, hashing::ByteView sixteen_bytes) {
  for (std::size_t i = 0; i < sixteen_bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      out.push_back('-');
    }
    out.push_back(kHex[sixteen_bytes[i] >> 4U]);
    out.push_back(kHex[sixteen_bytes[i] & 15U]);
  }
}

void format_base64(std::string& out, hashing::ByteView bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (; bytes.size() >= 3; bytes = bytes.subspan(3)) {
    const std::uint32_t bits = std::uint32_t{bytes[0]} << 16U | std::uint32_t{bytes[1]} << 8U | bytes[2];
    out.push_back(kBase64[bits >> 18U]);
    out.push_back(kBase64[bits >> 12U & 63U]);
    out.push_back(kBase64[bits >> 6U & 63U]);
    out.push_back(kBase64[bits & 63U]);
  }
  if (bytes.empty()) {
    return;
  }
  const std::uint32_t bits = std::uint32_t{bytes[0]} << 16U | (bytes.size() == 2 ? std::uint32_t{bytes[1]} << 8U : 0U);
  out.push_back(kBase64[bits >> 18U]);
  out.push_back(kBase64[bits >> 12U & 63U]);
  out.push_back(bytes.size() == 2 ? kBase64[bits >> 6U & 63U] : '=');
  out.push_back('=');
}

void format_decimal(std::string& out, std::string_view digits, std::int64_t exponent) {
  constexpr std::int64_t kPlainZeros = 24;
  const bool negative = digits.starts_with('-');
  const std::string_view magnitude = digits.substr(negative ? 1 : 0);
  const auto size = static_cast<std::int64_t>(magnitude.size());
  if (negative) {
    out.push_back('-');
  }
  if (exponent == 0) {
    out.append(magnitude);
  } else if (exponent < 0 && -exponent < size) {
    out.append(magnitude.substr(0, static_cast<std::size_t>(size + exponent)));
    out.push_back('.');
    out.append(magnitude.substr(static_cast<std::size_t>(size + exponent)));
  } else if (exponent < 0 && -exponent - size <= kPlainZeros) {
    out.append("0.");
    out.append(static_cast<std::size_t>(-exponent - size), '0');
    out.append(magnitude);
  } else if (exponent > 0 && exponent <= kPlainZeros) {
    out.append(magnitude);
    out.append(static_cast<std::size_t>(exponent), '0');
  } else {
    out.append(magnitude);
    out.push_back('e');
    out.append(std::to_string(exponent));
  }
}

void format_float(std::string& out, double value) {
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  const std::string_view text{digits.data(), static_cast<std::size_t>(end - digits.data())};
  out.append(text);
  if (text.find_first_of(".e") == std::string_view::npos) {
    out.append(".0");
  }
}

}  // namespace rowprint::text_forms
