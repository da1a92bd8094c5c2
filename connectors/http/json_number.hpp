#pragma once

#include "connectors/http/json_tokens.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rowprint {

/// The number that a text begins with (RFC 8259 section 6), and its value where that costs next to nothing.
struct ScannedNumber {
  std::string_view token;  ///< empty: no number, or something sticks to it
  bool is_float = false;
  bool has_value = false;    ///< `integer` or `floating` holds it; otherwise the token has to be converted
  std::int64_t integer = 0;  ///< of an integer
  double floating = 0;       ///< of a float
};

namespace detail {

constexpr std::size_t kInt64DigitsSafe = 18;  // always fit 64 bits
constexpr std::uint64_t kExactMantissaMax = std::uint64_t{1} << 53U;
constexpr std::array<double, 23> kPowersOfTen{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

constexpr std::array<std::uint64_t, 9> kWholePowersOfTen{1,       10,        100,        1'000,      10'000,
                                                         100'000, 1'000'000, 10'000'000, 100'000'000};

/// Skips digits and takes them into `value`, which wraps when they are too many; gives their number.
inline std::size_t take_digits(const char*& next, std::uint64_t& value) {
  const char* const first = next;
  for (auto digit = static_cast<unsigned char>(*next - '0'); digit < 10;
       digit = static_cast<unsigned char>(*next - '0')) {
    value = value * 10 + digit;
    ++next;
  }
  return static_cast<std::size_t>(next - first);
}

/// As take_digits, eight at a time; may read seven bytes behind them. D. Lemire, "Quickly parsing eight digits" (2018).
inline std::size_t take_padded_digits(const char*& next, std::uint64_t& value) {
  if constexpr (std::endian::native != std::endian::little) {
    return take_digits(next, value);
  }
  const char* const first = next;
  std::size_t digits = 8;
  while (digits == 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, next, sizeof word);
    word ^= 0x3030303030303030U;
    // The high bit of every byte that is no digit, right up to the first of them.
    const std::uint64_t others = ((word + 0x7676767676767676U) | word) & 0x8080808080808080U;
    digits = static_cast<std::size_t>(std::countr_zero(others)) / 8;
    if (digits == 0) {
      break;
    }
    word <<= 64 - digits * 8;
    word = word * 10 + (word >> 8U);
    word = ((word & 0x000000ff000000ffU) * 0x000f424000000064U +
            ((word >> 16U) & 0x000000ff000000ffU) * 0x0000271000000001U) >>
           32U;
    value = value * kWholePowersOfTen[digits] + word;
    next += digits;
  }
  return static_cast<std::size_t>(next - first);
}

}  // namespace detail

/// Scans from `begin` on; a byte that belongs to no number follows before what may be read ends. `is_end` says whether
/// a number may end at a place.
///
/// Floats with a short mantissa and no exponent are divided out: both sides are exact doubles, so the quotient is the
/// nearest one (Clinger 1990). simdjson's own get_double() is not used: in 3.0.1 it gives wrong values from the
/// twentieth digit on where the number begins with 0.
template <std::size_t (&take_digits)(const char*&, std::uint64_t&), typename IsEnd>
[[gnu::always_inline]] inline ScannedNumber scan_number(const char* begin, IsEnd is_end) {
  using namespace detail;
  ScannedNumber number;
  const bool negative = *begin == '-';
  const char* next = begin + (negative ? 1 : 0);
  const bool leading_zero = *next == '0';
  std::uint64_t value = 0;
  const std::size_t whole = take_digits(next, value);
  if (whole == 0 || (leading_zero && whole > 1)) {
    return number;
  }
  if (is_end(next)) {
    number.token = {begin, static_cast<std::size_t>(next - begin)};
    number.has_value = whole <= kInt64DigitsSafe;
    number.integer = negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
    return number;
  }
  number.is_float = true;
  std::size_t fraction = 0;
  if (*next == '.') {
    ++next;
    fraction = take_digits(next, value);
    if (fraction == 0) {
      return number;
    }
  }
  bool has_exponent = false;
  if (*next == 'e' || *next == 'E') {
    has_exponent = true;
    ++next;
    next += *next == '+' || *next == '-' ? 1 : 0;
    std::uint64_t exponent = 0;
    if (take_digits(next, exponent) == 0) {
      return number;
    }
  }
  if (!is_end(next)) {
    return number;
  }
  number.token = {begin, static_cast<std::size_t>(next - begin)};
  if (!has_exponent && whole + fraction <= kInt64DigitsSafe && value <= kExactMantissaMax) {
    const double magnitude = static_cast<double>(value) / kPowersOfTen[fraction];
    number.has_value = true;
    number.floating = negative ? -magnitude : magnitude;
  }
  return number;
}

/// The number at `begin` in a JSON text, behind which eight bytes may be read.
inline ScannedNumber scan_number(const char* begin) {
  return scan_number<detail::take_padded_digits>(begin, [](const char* place) { return ends_scalar(*place); });
}

}  // namespace rowprint
