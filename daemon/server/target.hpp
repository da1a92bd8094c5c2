#pragma once

#include "daemon/server/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rowprint::daemon {

/// RFC 3986 section 2.1. Nothing where a percent sign is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

/// Splits a request target into decoded segments and parameters (in which `+` is a space, as HTML forms write them) and
/// puts them into `request`. False where it is not an absolute path with valid escapes.
bool parse_target(std::string_view target, Request& request);

}  // namespace rowprint::daemon
