#pragma once

#include <string_view>

namespace rowprint::daemon {

/// Whether `text` is what a Host header may hold (RFC 9110 section 7.2): a name or a numeric address, IPv6 in brackets,
/// and perhaps a port. Empty is not: there is no http URL without a host.
bool is_host(std::string_view text);

}  // namespace rowprint::daemon
