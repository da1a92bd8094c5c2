#pragma once

#include "hashing/bytes.hpp"

#include <string>
#include <string_view>

/// Decimal digits to bytes and back, for integers past 64 bits.
/// Cost: quadratic in the digits.
namespace rowprint::hashing {

/// Appends the byte string of CBOR tags 2 and 3: `magnitude`, less one if `negative`, big-endian without leading zeros.
/// `magnitude` is one digit or more, and greater than 2^64 - 1.
void append_magnitude(ByteBuffer& out, bool negative, std::string_view magnitude);

/// Whether the integer that CBOR tags 2 and 3 give so (no leading zeros) has at most kDigitsMax digits.
bool has_digits_within_limit(bool negative, ByteView magnitude);

/// The decimal digits of an integer given as CBOR tags 2 and 3 give it.
std::string integer_digits(bool negative, ByteView magnitude);

}  // namespace rowprint::hashing
