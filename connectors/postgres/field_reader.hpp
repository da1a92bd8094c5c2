#pragma once

#include "hashing/bytes.hpp"

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>

namespace rowprint::postgres {

/// A number as PostgreSQL sends it: in network order, wherever it stands.
template <std::integral Number>
Number load(const std::uint8_t* from) {
  static_assert(std::endian::native == std::endian::little);
  Number value = 0;
  std::memcpy(&value, from, sizeof(value));
  if constexpr (sizeof(value) == 8) {
    return static_cast<Number>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
  } else if constexpr (sizeof(value) == 4) {
    return static_cast<Number>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
  } else if constexpr (sizeof(value) == 2) {
    return static_cast<Number>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
  } else {
    return value;
  }
}

/// Reads a binary value from its front, and remembers if it was shorter than it should have been.
///
/// Lifecycle: construct over bytes, read what is expected, then ask complete(). Ownership: borrows the bytes; take()
/// points into them. Thread safety: none. Past the end it gives zeros and empty views.
class FieldReader {
 public:
  explicit FieldReader(hashing::ByteView bytes) : bytes_(bytes) {}

  template <std::integral Number>
  Number read() {
    const hashing::ByteView number = take(sizeof(Number));
    return number.empty() ? Number{0} : load<Number>(number.data());
  }
  hashing::ByteView take(std::size_t size) {
    if (size > bytes_.size()) {
      sound_ = false;
      bytes_ = {};
      return {};
    }
    const hashing::ByteView taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  hashing::ByteView rest() { return take(bytes_.size()); }
  std::size_t left() const { return bytes_.size(); }

  /// Whether nothing was missing so far.
  bool sound() const { return sound_; }
  /// Whether nothing was missing and nothing is left.
  bool complete() const { return sound_ && bytes_.empty(); }

 private:
  hashing::ByteView bytes_;
  bool sound_ = true;
};

}  // namespace rowprint::postgres
