#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace rowprint {

/// U+FEFF as it stands at the front of a text that is marked as UTF-8.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Cost: a few GB/s (simdjson).
bool is_valid_utf8(std::string_view text);
/// Where the first byte that is not UTF-8 stands, if there is one.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

}  // namespace rowprint
