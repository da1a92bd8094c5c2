#pragma once

#include "hashing/bytes.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

/// The primitives of the rp1 row encoding: deterministic CBOR (RFC 8949 section 4.2.1) with the numeric reduction and
/// the tags of docs/formats/fingerprint.md. Every function appends one complete item, or nothing where it refuses.
/// Thread safety: pure functions of their arguments. Cost: linear in the bytes written unless said otherwise.
namespace rowprint::hashing {

/// Why a value has no rp1 encoding. `none` means it was written.
enum class [[nodiscard]] Refusal : std::uint8_t {
  none,
  malformed_digits,       ///< not an optional minus and at least one ASCII digit
  too_many_digits,        ///< an integer or a stripped mantissa of more than kDigitsMax digits
  exponent_out_of_range,  ///< a stripped decimal exponent outside [kExponentMin, kExponentMax]
  duplicate_key,          ///< two equal keys in one map
  nanoseconds_out_of_range,
  time_out_of_range,  ///< a time of day outside [0, 86400 s]
};
std::string_view describe(Refusal refusal);

constexpr std::size_t kDigitsMax = 147'455;
constexpr std::int64_t kExponentMin = -16'383;
constexpr std::int64_t kExponentMax = 131'071;
/// Lists and maps open at once within one column, an empty innermost one included; the row itself does not count.
constexpr int kDepthMax = 64;

constexpr std::uint64_t kTagDate = 100;
constexpr std::uint64_t kTagInstant = 1001;
constexpr std::uint64_t kTagTimestamp = 0x7270'0001;
constexpr std::uint64_t kTagTimeOfDay = 0x7270'0002;
constexpr std::uint64_t kTagUuid = 37;

inline void put_null(ByteBuffer& out) {
  out.push_back(0xf6);
}
inline void put_bool(ByteBuffer& out, bool value) {
  out.push_back(value ? 0xf5 : 0xf4);
}
inline void put_int(ByteBuffer& out, std::int64_t value);
inline void put_uint(ByteBuffer& out, std::uint64_t value);
/// An integer of any size from its decimal digits, `-?[0-9]+`; leading zeros are fine, "-0" is 0.
/// Cost: quadratic in the digits (30 ms at kDigitsMax).
Refusal put_integer_digits(ByteBuffer& out, std::string_view digits);
/// Reduced: an integral value in [-2^63, 2^64-1] becomes that integer, else the shortest exact float.
inline void put_float(ByteBuffer& out, double value);
/// `digits` x 10^`exponent`, reduced: zero and integral values in [-2^63, 2^64-1] become integers, else tag 4 with the
/// mantissa stripped of trailing zeros. Limits hold after stripping; 1e131071 costs nothing.
Refusal put_decimal(ByteBuffer& out, std::string_view digits, std::int64_t exponent);
/// `text` must be valid UTF-8: the caller, who knows the position, has checked it.
inline void put_text(ByteBuffer& out, std::string_view text);
inline void put_bytes(ByteBuffer& out, ByteView bytes);
/// Days since 1970-01-01, proleptic Gregorian.
inline void put_date(ByteBuffer& out, std::int64_t days);
/// Seconds since midnight, 0 to 86400 (24:00:00, which has no nanoseconds).
inline Refusal put_time(ByteBuffer& out, std::int64_t seconds, std::uint32_t nanoseconds);
/// Seconds since 1970-01-01T00:00:00 as a wall clock shows them; nanoseconds in [0, 999999999] count forward.
inline Refusal put_timestamp(ByteBuffer& out, std::int64_t seconds, std::uint32_t nanoseconds);
/// Seconds since 1970-01-01T00:00:00Z; nanoseconds in [0, 999999999] count forward.
inline Refusal put_timestamptz(ByteBuffer& out, std::int64_t seconds, std::uint32_t nanoseconds);
inline void put_uuid(ByteBuffer& out, std::span<const std::uint8_t, 16> uuid);
/// The head of a list: `count` items follow.
inline void put_list(ByteBuffer& out, std::uint64_t count);
/// The head of a map: `count` pairs follow, sorted bytewise by encoded key.
inline void put_map(ByteBuffer& out, std::uint64_t count);

/// One entry of a map whose pairs were encoded in any order: offsets into the buffer they were encoded to.
struct MapEntry {
  std::size_t key_begin;
  std::size_t value_begin;  ///< also the key's end
  std::size_t value_end;
};
/// Turns the pairs that stand at the end of `out`, from `begin` on, into one canonical map in their place.
/// Sorts `entries`. On duplicate_key `out` ends at `begin`. Cost: n log n key comparisons.
Refusal close_map(ByteBuffer& out, std::size_t begin, std::span<MapEntry> entries);

}  // namespace rowprint::hashing

#include "hashing/canonical_inline.hpp"
