#pragma once

#include "daemon/routes/push_request.hpp"
#include "daemon/routes/router.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rowprint::fuzz {

/// The routes there are, with nothing behind them.
const daemon::Router& request_router();

/// Aborts where a refusal is none: it has a status for what the client did, a reason, and nothing that cannot be sent.
void check_refusal(const daemon::Response& refusal);

/// Aborts where a law of a push is broken. `request` has found the route of pushes; `body` is what comes behind its
/// head.
void check_push(const daemon::Request& request, const std::vector<std::string>& captured, std::string_view body);

}  // namespace rowprint::fuzz
