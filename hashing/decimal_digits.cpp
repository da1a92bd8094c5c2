#include "hashing/decimal_digits.hpp"

#include "hashing/canonical.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace rowprint::hashing {
namespace {

__extension__ using DoubleLimb = unsigned __int128;

/// Base 2^64, least significant first, without leading zeros.
using Limbs = std::vector<std::uint64_t>;

constexpr std::size_t kGroupDigits = 19;
constexpr std::uint64_t kGroup = 10'000'000'000'000'000'000U;
/// The bytes of 10^kDigitsMax - 1.
constexpr std::size_t kMagnitudeBytesMax = 61'230;

void multiply_add(Limbs& limbs, std::uint64_t factor, std::uint64_t addend) {
  for (std::uint64_t& limb : limbs) {
    const DoubleLimb product = static_cast<DoubleLimb>(limb) * factor + addend;
    limb = static_cast<std::uint64_t>(product);
    addend = static_cast<std::uint64_t>(product >> 64U);
  }
  if (addend != 0) {
    limbs.push_back(addend);
  }
}

std::uint64_t divide(Limbs& limbs, std::uint64_t divisor) {
  std::uint64_t remainder = 0;
  for (auto limb = limbs.rbegin(); limb != limbs.rend(); ++limb) {
    const DoubleLimb dividend = static_cast<DoubleLimb>(remainder) << 64U | *limb;
    *limb = static_cast<std::uint64_t>(dividend / divisor);
    remainder = static_cast<std::uint64_t>(dividend % divisor);
  }
  while (!limbs.empty() && limbs.back() == 0) {
    limbs.pop_back();
  }
  return remainder;
}

Limbs from_digits(std::string_view digits) {
  Limbs limbs;
  while (!digits.empty()) {
    const std::size_t size = digits.size() % kGroupDigits == 0 ? kGroupDigits : digits.size() % kGroupDigits;
    std::uint64_t group = 0;
    std::from_chars(digits.data(), digits.data() + size, group);
    // The first group may be short, but then it is multiplied with nothing.
    multiply_add(limbs, kGroup, group);
    digits.remove_prefix(size);
  }
  return limbs;
}

Limbs from_big_endian(ByteView bytes) {
  Limbs limbs((bytes.size() + 7) / 8);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    limbs[i / 8] |= static_cast<std::uint64_t>(bytes[bytes.size() - 1 - i]) << (8 * (i % 8));
  }
  return limbs;
}

std::vector<std::uint8_t> to_big_endian(const Limbs& limbs) {
  std::vector<std::uint8_t> bytes(limbs.size() * 8);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[bytes.size() - 1 - i] = static_cast<std::uint8_t>(limbs[i / 8] >> (8 * (i % 8)));
  }
  bytes.erase(bytes.begin(), std::find_if(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; }));
  return bytes;
}

void decrement(Limbs& limbs) {
  for (std::uint64_t& limb : limbs) {
    if (limb-- != 0) {
      return;
    }
  }
}

}  // namespace

void append_magnitude(ByteBuffer& out, bool negative, std::string_view magnitude) {
  Limbs limbs = from_digits(magnitude);
  if (negative) {
    decrement(limbs);
  }
  put_bytes(out, to_big_endian(limbs));
}

bool has_digits_within_limit(bool negative, ByteView magnitude) {
  if (magnitude.size() != kMagnitudeBytesMax) {
    return magnitude.size() < kMagnitudeBytesMax;
  }
  static const std::vector<std::uint8_t> largest = to_big_endian(from_digits(std::string(kDigitsMax, '9')));
  // A negative integer is -1 - magnitude, so its magnitude has to be smaller by one.
  const int order = std::memcmp(magnitude.data(), largest.data(), largest.size());
  return negative ? order < 0 : order <= 0;
}

std::string integer_digits(bool negative, ByteView magnitude) {
  Limbs limbs = from_big_endian(magnitude);
  if (negative) {
    multiply_add(limbs, 1, 1);
  }
  std::string reversed;
  do {
    std::uint64_t group = divide(limbs, kGroup);
    for (std::size_t i = 0; i < kGroupDigits && (group != 0 || !limbs.empty() || reversed.empty()); ++i) {
      reversed.push_back(static_cast<char>('0' + group % 10));
      group /= 10;
    }
  } while (!limbs.empty());
  if (negative) {
    reversed.push_back('-');
  }
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

}  // namespace rowprint::hashing
