#pragma once

#include <string_view>

namespace rowprint::hashing {

/// Whether `text` is UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing past U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace rowprint::hashing
