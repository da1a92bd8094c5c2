#pragma once

#include "daemon/server/message.hpp"

#include <optional>

namespace rowprint::daemon {

/// For routes that lend the daemon's own reach, the accounts it has at databases: as long as there are no tokens, only
/// who is on this machine may ask, and no web page that a browser here shows. Gives the refusal, 403, or nothing.
///
/// The peer's address must be of the loopback. The host asked for must be an address of the loopback or `localhost`,
/// since a page may give its own name that address; and where an `Origin` is named it must be the daemon itself.
std::optional<Response> refuse_from_elsewhere(const Request& request);

}  // namespace rowprint::daemon
