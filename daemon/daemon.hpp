#pragma once

#include "config/config.hpp"
#include "ingest/model/error.hpp"

#include <string>

namespace rowprint::daemon {

/// What only the daemon's parts can say of a configuration: whether the URLs of its sources are such. Errors:
/// bad_input.
Result<void> check(const config::Config& config);

/// Opens the data directory, serves until a signal ends it, and closes everything. Gives the exit code: 0, or 1 where
/// it could not start. Blocks; called once, from the main thread, after the log was opened.
int run(const config::Config& config, const std::string& version, const std::string& port_file);

}  // namespace rowprint::daemon
