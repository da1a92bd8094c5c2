#pragma once

#include "config/config.hpp"
#include "ingest/model/error.hpp"

#include <string>
#include <variant>

namespace rowprint::daemon {

constexpr int kExitBadUse = 2;  ///< wrong flags or configuration

/// What the command line asks for.
struct Run {
  config::Config config;
  std::string port_file;  ///< where the port is written once there is one; may be empty
  bool check_only = false;
};
/// Nothing is to be run: a text to print (help, version, what is wrong) and the exit code.
struct Leave {
  std::string text;
  int exit_code = 0;
};

/// The file named by --config, overridden by flags. What is wrong leaves with exit code 2.
std::variant<Run, Leave> parse_flags(int argc, const char* const* argv, const std::string& version);

}  // namespace rowprint::daemon
