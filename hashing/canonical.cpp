#include "hashing/canonical.hpp"

#include "hashing/decimal_digits.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace rowprint::hashing {
namespace {

using detail::kHeadBytesMax;
using detail::write_head;

// 2^64: the magnitude of the smallest integer that major type 1 reaches, and no std::uint64_t.
constexpr std::string_view kTwoTo64 = "18446744073709551616";
constexpr std::uint64_t kTwoTo63 = 1ULL << 63U;

struct Digits {
  bool negative = false;
  std::string_view magnitude;  ///< without leading zeros, so empty for zero
};

std::optional<Digits> split(std::string_view text) {
  Digits digits;
  if (text.starts_with('-')) {
    digits.negative = true;
    text.remove_prefix(1);
  }
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  digits.magnitude = text.substr(std::min(text.find_first_not_of('0'), text.size()));
  return digits;
}

std::optional<std::uint64_t> small(std::string_view magnitude) {
  std::uint64_t value = 0;
  const char* end = magnitude.data() + magnitude.size();
  const auto parsed = std::from_chars(magnitude.data(), end, value);
  return parsed.ec == std::errc{} ? std::optional{value} : std::nullopt;
}

void put_head(ByteBuffer& out, std::uint8_t major, std::uint64_t value) {
  out.commit(write_head(out.grow(kHeadBytesMax), major, value));
}

// `magnitude` is neither empty nor longer than kDigitsMax.
void put_magnitude(ByteBuffer& out, bool negative, std::string_view magnitude) {
  const std::uint8_t major = negative ? detail::kNegative : detail::kUnsigned;
  if (const auto value = small(magnitude)) {
    return put_head(out, major, negative ? *value - 1 : *value);
  }
  if (negative && magnitude == kTwoTo64) {
    return put_head(out, major, ~0ULL);
  }
  out.push_back(negative ? 0xc3 : 0xc2);
  append_magnitude(out, negative, magnitude);
}

// The integer that a decimal reduces to, if it does. `digits` ends in no zero, so with a negative exponent it is no
// integer.
bool put_reduced(ByteBuffer& out, const Digits& digits, std::int64_t exponent) {
  if (exponent < 0 || exponent > 19 || digits.magnitude.size() + static_cast<std::size_t>(exponent) > 20) {
    return false;
  }
  auto value = small(digits.magnitude);
  for (; value && exponent > 0; --exponent) {
    std::uint64_t scaled = 0;
    value = __builtin_mul_overflow(*value, std::uint64_t{10}, &scaled) ? std::nullopt : std::optional{scaled};
  }
  if (!value || (digits.negative && *value > kTwoTo63)) {
    return false;
  }
  put_head(out, digits.negative ? detail::kNegative : detail::kUnsigned, digits.negative ? *value - 1 : *value);
  return true;
}

std::optional<std::uint16_t> as_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16U & 0x8000U;
  const int exponent = static_cast<int>(bits >> 23U & 0xffU) - 127;
  const std::uint32_t fraction = bits & 0x7f'ffffU;
  if (exponent >= -14 && exponent <= 15 && (fraction & 0x1fffU) == 0) {
    return static_cast<std::uint16_t>(sign | static_cast<std::uint32_t>(exponent + 15) << 10U | fraction >> 13U);
  }
  if (exponent >= -24 && exponent < -14) {
    const auto dropped = static_cast<unsigned>(-1 - exponent);
    const std::uint32_t significand = fraction | 0x80'0000U;
    if ((significand & ((1U << dropped) - 1)) == 0) {
      return static_cast<std::uint16_t>(sign | significand >> dropped);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view describe(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      return "not refused";
    case Refusal::malformed_digits:
      return "not a number in decimal digits";
    case Refusal::too_many_digits:
      return "more than 147455 digits";
    case Refusal::exponent_out_of_range:
      return "a decimal exponent outside -16383 to 131071";
    case Refusal::duplicate_key:
      return "a key that stands twice in one map";
    case Refusal::nanoseconds_out_of_range:
      return "nanoseconds outside 0 to 999999999";
    case Refusal::time_out_of_range:
      return "a time of day outside 00:00:00 to 24:00:00";
  }
  return "unknown refusal";
}

Refusal put_integer_digits(ByteBuffer& out, std::string_view digits) {
  const auto number = split(digits);
  if (!number) {
    return Refusal::malformed_digits;
  }
  if (number->magnitude.empty()) {
    out.push_back(0);
    return Refusal::none;
  }
  if (number->magnitude.size() > kDigitsMax) {
    return Refusal::too_many_digits;
  }
  put_magnitude(out, number->negative, number->magnitude);
  return Refusal::none;
}

Refusal put_decimal(ByteBuffer& out, std::string_view digits, std::int64_t exponent) {
  auto number = split(digits);
  if (!number) {
    return Refusal::malformed_digits;
  }
  if (number->magnitude.empty()) {
    out.push_back(0);
    return Refusal::none;
  }
  const std::size_t kept = number->magnitude.find_last_not_of('0') + 1;
  const auto zeros = static_cast<std::int64_t>(number->magnitude.size() - kept);
  number->magnitude = number->magnitude.substr(0, kept);
  if (number->magnitude.size() > kDigitsMax) {
    return Refusal::too_many_digits;
  }
  if (__builtin_add_overflow(exponent, zeros, &exponent) || exponent > kExponentMax || exponent < kExponentMin) {
    return Refusal::exponent_out_of_range;
  }
  if (put_reduced(out, *number, exponent)) {
    return Refusal::none;
  }
  out.push_back(0xc4);
  put_list(out, 2);
  put_int(out, exponent);
  put_magnitude(out, number->negative, number->magnitude);
  return Refusal::none;
}

std::uint8_t* detail::write_short_float(std::uint8_t* out, double value) {
  if (std::isnan(value) || std::isinf(value)) {
    *out++ = 0xf9;
    const std::uint16_t half = std::isnan(value) ? 0x7e00U : value > 0 ? 0x7c00U : 0xfc00U;
    return write_big_endian(out, half);
  }
  const auto single = static_cast<float>(value);
  if (const auto half = as_half(single)) {
    *out++ = 0xf9;
    return write_big_endian(out, *half);
  }
  *out++ = 0xfa;
  return write_big_endian(out, std::bit_cast<std::uint32_t>(single));
}

Refusal close_map(ByteBuffer& out, std::size_t begin, std::span<MapEntry> entries) {
  const auto key = [&out](const MapEntry& entry) {
    return as_text(out.view().subspan(entry.key_begin, entry.value_begin - entry.key_begin));
  };
  const auto before = [&key](const MapEntry& left, const MapEntry& right) { return key(left) < key(right); };
  const auto same = [&key](const MapEntry& left, const MapEntry& right) { return key(left) == key(right); };
  const bool in_order = std::is_sorted(entries.begin(), entries.end(), before);
  if (!in_order) {
    std::sort(entries.begin(), entries.end(), before);
  }
  if (std::adjacent_find(entries.begin(), entries.end(), same) != entries.end()) {
    out.truncate(begin);
    return Refusal::duplicate_key;
  }
  const std::size_t pairs = out.size() - begin;
  std::uint8_t* end = out.grow(kHeadBytesMax + pairs);
  std::uint8_t* first = out.data() + begin;
  if (in_order) {
    std::uint8_t head[kHeadBytesMax];
    const auto head_size = static_cast<std::size_t>(write_head(head, detail::kMap, entries.size()) - head);
    std::memmove(first + head_size, first, pairs);
    std::memcpy(first, head, head_size);
    out.commit(end + head_size);
    return Refusal::none;
  }
  std::uint8_t* at = write_head(end, detail::kMap, entries.size());
  for (const MapEntry& entry : entries) {
    at = detail::write_bytes(at, out.data() + entry.key_begin, entry.value_end - entry.key_begin);
  }
  const auto map_size = static_cast<std::size_t>(at - end);
  std::memmove(first, end, map_size);
  out.commit(first + map_size);
  return Refusal::none;
}

}  // namespace rowprint::hashing
