#pragma once

#include <cstddef>
#include <cstdint>

namespace rowprint::sqlite {

constexpr std::size_t kVarintBytesMax = 9;

/// An unsigned number as SQLite's files have it: seven bits a byte, the highest first, and eight in a ninth. Needs
/// kVarintBytesMax of room; gives the end.
inline std::uint8_t* write_varint(std::uint8_t* out, std::uint64_t value) {
  if (value < 0x80) {
    *out = static_cast<std::uint8_t>(value);
    return out + 1;
  }
  if (value < 0x4000) {
    out[0] = static_cast<std::uint8_t>(0x80U | value >> 7U);
    out[1] = static_cast<std::uint8_t>(value & 0x7fU);
    return out + 2;
  }
  std::size_t size = 3;
  if (value >> 56U != 0) {
    size = kVarintBytesMax;
    out[--size] = static_cast<std::uint8_t>(value);
    value >>= 8U;
    for (std::size_t at = size; at-- > 0; value >>= 7U) {
      out[at] = static_cast<std::uint8_t>(0x80U | (value & 0x7fU));
    }
    return out + kVarintBytesMax;
  }
  while (value >> (7 * size) != 0) {
    ++size;
  }
  for (std::size_t at = size; at-- > 0; value >>= 7U) {
    out[at] = static_cast<std::uint8_t>((at + 1 == size ? 0U : 0x80U) | (value & 0x7fU));
  }
  return out + size;
}

}  // namespace rowprint::sqlite
