#pragma once

#include "hashing/bytes.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rowprint::hashing {

using Digest = std::array<std::uint8_t, 32>;

/// Lower-case hexadecimal digits, two a byte.
std::string to_hex(ByteView bytes);
/// Nothing unless `hex` is 64 lower-case hexadecimal digits.
std::optional<Digest> digest_from_hex(std::string_view hex);

}  // namespace rowprint::hashing
