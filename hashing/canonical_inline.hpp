#pragma once

// The small primitives of canonical.hpp, in line: a row is a dozen of them, and a call each would cost as much as the
// work.

#include "hashing/canonical.hpp"

namespace rowprint::hashing {
namespace detail {

constexpr std::uint8_t kUnsigned = 0x00;
constexpr std::uint8_t kNegative = 0x20;
constexpr std::uint8_t kByteString = 0x40;
constexpr std::uint8_t kTextString = 0x60;
constexpr std::uint8_t kArray = 0x80;
constexpr std::uint8_t kMap = 0xa0;
constexpr std::uint8_t kTag = 0xc0;
constexpr std::size_t kHeadBytesMax = 9;

template <class Unsigned>
std::uint8_t* write_big_endian(std::uint8_t* out, Unsigned value) {
  if constexpr (std::endian::native == std::endian::little) {
    if constexpr (sizeof(value) == 8) {
      value = __builtin_bswap64(value);
    } else if constexpr (sizeof(value) == 4) {
      value = __builtin_bswap32(value);
    } else if constexpr (sizeof(value) == 2) {
      value = __builtin_bswap16(value);
    }
  }
  std::memcpy(out, &value, sizeof(value));
  return out + sizeof(value);
}

/// The shortest head of `major` type; needs kHeadBytesMax of room.
inline std::uint8_t* write_head(std::uint8_t* out, std::uint8_t major, std::uint64_t value) {
  if (value < 24) {
    *out = static_cast<std::uint8_t>(major | value);
    return out + 1;
  }
  if (value <= 0xff) {
    *out = major | 24U;
    return write_big_endian(out + 1, static_cast<std::uint8_t>(value));
  }
  if (value <= 0xffff) {
    *out = major | 25U;
    return write_big_endian(out + 1, static_cast<std::uint16_t>(value));
  }
  if (value <= 0xffff'ffff) {
    *out = major | 26U;
    return write_big_endian(out + 1, static_cast<std::uint32_t>(value));
  }
  *out = major | 27U;
  return write_big_endian(out + 1, value);
}

inline std::uint8_t* write_int(std::uint8_t* out, std::int64_t value) {
  // The sign as a mask: -1 - n is ~n, and most columns mix no signs, so that only the head branches.
  const auto sign = static_cast<std::uint64_t>(value >> 63);
  return write_head(out, static_cast<std::uint8_t>(sign & kNegative), static_cast<std::uint64_t>(value) ^ sign);
}

inline std::uint8_t* write_bytes(std::uint8_t* out, const void* from, std::size_t size) {
  const auto* in = static_cast<const std::uint8_t*>(from);
  // Short strings by two overlapping words, since the call of memcpy costs more than their copy.
  if (size >= 8 && size <= 16) {
    std::memcpy(out, in, 8);
    std::memcpy(out + size - 8, in + size - 8, 8);
  } else if (size >= 4 && size < 8) {
    std::memcpy(out, in, 4);
    std::memcpy(out + size - 4, in + size - 4, 4);
  } else if (size != 0) {
    std::memcpy(out, in, size);
  }
  return out + size;
}

/// What is neither integral nor a double only: halves, singles, NaN and infinities. Needs kHeadBytesMax of room.
std::uint8_t* write_short_float(std::uint8_t* out, double value);

constexpr std::uint32_t kNanosecondsInSecond = 1'000'000'000;
constexpr std::int64_t kSecondsInDay = 86'400;

}  // namespace detail

/// The primitives for those who have made room: they write at `out` and return the end. Everything but the bytes of
/// texts and byte strings takes at most kScalarBytesMax. The put_ functions are these with a grow() before and a
/// commit() after.
namespace unchecked {

constexpr std::size_t kScalarBytesMax = 27;

inline std::uint8_t* write_map(std::uint8_t* out, std::uint64_t count) {
  return detail::write_head(out, detail::kMap, count);
}

inline std::uint8_t* write_bool(std::uint8_t* out, bool value) {
  *out = value ? 0xf5 : 0xf4;
  return out + 1;
}

inline std::uint8_t* write_int(std::uint8_t* out, std::int64_t value) {
  return detail::write_int(out, value);
}

inline std::uint8_t* write_float(std::uint8_t* out, double value) {
  if (value >= -0x1p63 && value < 0x1p63) {
    const auto integral = static_cast<std::int64_t>(value);
    if (static_cast<double>(integral) == value) {
      return detail::write_int(out, integral);
    }
  } else if (value >= 0x1p63 && value < 0x1p64) {
    return detail::write_head(out, detail::kUnsigned, static_cast<std::uint64_t>(value));
  }
  // Not a single, so neither a half: what most measured values and prices are.
  if (const auto single = static_cast<float>(value); static_cast<double>(single) != value && value == value) {
    *out = 0xfb;
    return detail::write_big_endian(out + 1, std::bit_cast<std::uint64_t>(value));
  }
  return detail::write_short_float(out, value);
}

inline std::uint8_t* write_text(std::uint8_t* out, std::string_view text) {
  return detail::write_bytes(detail::write_head(out, detail::kTextString, text.size()), text.data(), text.size());
}

inline std::uint8_t* write_bytes(std::uint8_t* out, ByteView bytes) {
  return detail::write_bytes(detail::write_head(out, detail::kByteString, bytes.size()), bytes.data(), bytes.size());
}

inline std::uint8_t* write_date(std::uint8_t* out, std::int64_t days) {
  return detail::write_int(detail::write_head(out, detail::kTag, kTagDate), days);
}

/// `tag` is kTagInstant, kTagTimestamp or kTagTimeOfDay; the caller has checked the ranges.
inline std::uint8_t* write_seconds(std::uint8_t* out, std::uint64_t tag, std::int64_t seconds,
                                   std::uint32_t nanoseconds) {
  std::uint8_t* at = detail::write_head(out, detail::kTag, tag);
  *at++ = nanoseconds == 0 ? 0xa1 : 0xa2;
  *at++ = 0x01;
  at = detail::write_int(at, seconds);
  if (nanoseconds != 0) {
    *at++ = 0x28;  // the key -9
    at = detail::write_head(at, detail::kUnsigned, nanoseconds);
  }
  return at;
}

inline std::uint8_t* write_uuid(std::uint8_t* out, std::span<const std::uint8_t, 16> uuid) {
  return write_bytes(detail::write_head(out, detail::kTag, kTagUuid), uuid);
}

}  // namespace unchecked

inline void put_int(ByteBuffer& out, std::int64_t value) {
  out.commit(detail::write_int(out.grow(detail::kHeadBytesMax), value));
}

inline void put_uint(ByteBuffer& out, std::uint64_t value) {
  out.commit(detail::write_head(out.grow(detail::kHeadBytesMax), detail::kUnsigned, value));
}

inline void put_float(ByteBuffer& out, double value) {
  out.commit(unchecked::write_float(out.grow(unchecked::kScalarBytesMax), value));
}

inline void put_text(ByteBuffer& out, std::string_view text) {
  out.commit(unchecked::write_text(out.grow(detail::kHeadBytesMax + text.size()), text));
}

inline void put_bytes(ByteBuffer& out, ByteView bytes) {
  out.commit(unchecked::write_bytes(out.grow(detail::kHeadBytesMax + bytes.size()), bytes));
}

inline void put_date(ByteBuffer& out, std::int64_t days) {
  out.commit(unchecked::write_date(out.grow(unchecked::kScalarBytesMax), days));
}

inline Refusal put_time(ByteBuffer& out, std::int64_t seconds, std::uint32_t nanoseconds) {
  if (nanoseconds >= detail::kNanosecondsInSecond) {
    return Refusal::nanoseconds_out_of_range;
  }
  if (seconds < 0 || seconds > detail::kSecondsInDay || (seconds == detail::kSecondsInDay && nanoseconds != 0)) {
    return Refusal::time_out_of_range;
  }
  out.commit(unchecked::write_seconds(out.grow(unchecked::kScalarBytesMax), kTagTimeOfDay, seconds, nanoseconds));
  return Refusal::none;
}

inline Refusal put_timestamp(ByteBuffer& out, std::int64_t seconds, std::uint32_t nanoseconds) {
  if (nanoseconds >= detail::kNanosecondsInSecond) {
    return Refusal::nanoseconds_out_of_range;
  }
  out.commit(unchecked::write_seconds(out.grow(unchecked::kScalarBytesMax), kTagTimestamp, seconds, nanoseconds));
  return Refusal::none;
}

inline Refusal put_timestamptz(ByteBuffer& out, std::int64_t seconds, std::uint32_t nanoseconds) {
  if (nanoseconds >= detail::kNanosecondsInSecond) {
    return Refusal::nanoseconds_out_of_range;
  }
  out.commit(unchecked::write_seconds(out.grow(unchecked::kScalarBytesMax), kTagInstant, seconds, nanoseconds));
  return Refusal::none;
}

inline void put_uuid(ByteBuffer& out, std::span<const std::uint8_t, 16> uuid) {
  out.commit(unchecked::write_uuid(out.grow(unchecked::kScalarBytesMax), uuid));
}

inline void put_list(ByteBuffer& out, std::uint64_t count) {
  out.commit(detail::write_head(out.grow(detail::kHeadBytesMax), detail::kArray, count));
}

inline void put_map(ByteBuffer& out, std::uint64_t count) {
  out.commit(detail::write_head(out.grow(detail::kHeadBytesMax), detail::kMap, count));
}

}  // namespace rowprint::hashing
