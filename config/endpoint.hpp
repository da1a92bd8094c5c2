#pragma once

#include "config/config.hpp"
#include "ingest/model/error.hpp"

#include <string_view>

namespace rowprint::config {

/// `127.0.0.1:8750`, `[::1]:8750`: a numeric address and a port. Errors: bad_input.
Result<Endpoint> parse_endpoint(std::string_view text);

}  // namespace rowprint::config
