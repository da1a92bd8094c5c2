#pragma once

#include "hashing/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rowprint::hashing {

/// One item of the rp1 encoding. A scalar with its tags is one item; a list or a map is its head.
struct Item {
  enum class Kind : std::uint8_t {
    null,
    boolean,
    integer,     ///< fits std::int64_t: `integer`
    big_integer, ///< any other integer: `negative` and `bytes` as for CBOR tags 2 and 3 (-1 - n), big-endian, no leading zeros
    floating,
    decimal, ///< tag 4: `integer` is the exponent, the mantissa is `negative` and `bytes` (-1 - n when negative)
    text,
    bytes,
    date,        ///< `integer` days
    time,        ///< `integer` seconds and `nanoseconds`
    timestamp,
    timestamptz,
    uuid,  ///< `bytes`, 16 of them
    list,  ///< `count` items follow
    map,   ///< `count` pairs of items follow
  };
  Kind kind = Kind::null;
  bool boolean = false;
  bool negative = false;
  std::uint32_t nanoseconds = 0;
  std::int64_t integer = 0;
  double floating = 0;
  std::uint64_t count = 0;
  ByteView bytes;  ///< text, bytes, uuid, magnitude. Small magnitudes point into `inline_magnitude` of the reader
  ByteView raw;    ///< the encoded item itself; for a list or a map its head
};

/// Reads rp1 items one after the other, and takes nothing that the encoder would not have written.
///
/// Lifecycle: construct over bytes, read() until at_end(). Ownership: borrows the bytes; items point into them (a magnitude
/// that came as a CBOR integer points into the reader and holds until the next read()). Thread safety: none.
/// Errors: read() gives nothing on malformed or non-canonical input (wrong length form, unreduced number, unsorted or
/// repeated keys are found by skip(), which reads whole values); `reason()` says why and `offset()` where.
class CanonicalReader {
 public:
  explicit CanonicalReader(ByteView bytes) : bytes_(bytes) {}

  bool at_end() const { return offset_ == bytes_.size(); }
  std::size_t offset() const { return offset_; }
  std::string_view reason() const { return reason_; }

  std::optional<Item> read();
  /// Reads one whole value, nested ones included (at most kDepthMax deep, and sorted keys), and gives its bytes.
  std::optional<ByteView> skip();

 private:
  ByteView bytes_;
  std::size_t offset_ = 0;
  std::string_view reason_;
  std::uint8_t inline_magnitude_[8]{};
};

/// The decimal digits of an integer given as CBOR tags 2 and 3 give it. Cost: quadratic in the digits.
std::string integer_digits(bool negative, ByteView magnitude);

}  // namespace rowprint::hashing
