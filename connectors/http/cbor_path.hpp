#pragma once

#include "hashing/bytes.hpp"

#include <cstddef>
#include <string>

namespace rowprint {

/// The path (a.b[2]) of the item that begins at `offset` of a row, or of the key that does. What lies before it is
/// canonical, the item itself need not be. Empty for the row itself. A pure function; cost: linear.
std::string cbor_path(hashing::ByteView row, std::size_t offset);

}  // namespace rowprint
