#pragma once

#include "config/config.hpp"

#include <string>

namespace rowprint::daemon {

/// Opens the data directory, serves until a signal ends it, and closes everything. Gives the exit code: 0, or 1 where
/// it could not start. Blocks; called once, from the main thread, after the log was opened.
int run(const config::Config& config, const std::string& version, const std::string& port_file);

}  // namespace rowprint::daemon
