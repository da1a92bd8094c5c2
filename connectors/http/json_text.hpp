#pragma once

#include <cstddef>
#include <string_view>
#include <tl/expected.hpp>

namespace rowprint {

/// What is wrong with an escape, and where: `offset` is that of its backslash in the raw text.
struct BadEscape {
  std::size_t offset;
  std::string_view reason;
};

/// Writes what stands between the quotes of a JSON string, unescaped, to `out`, which has room for `raw.size()` bytes;
/// gives the bytes written. `raw` is valid UTF-8 without control characters; then so is the result. Lone surrogates are
/// refused.
tl::expected<std::size_t, BadEscape> unescape(std::string_view raw, char* out);

}  // namespace rowprint
