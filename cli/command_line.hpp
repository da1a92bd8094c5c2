#pragma once

#include "cli/command.hpp"
#include "cli/exit_code.hpp"

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace CLI {
class App;
}

namespace rowprint::cli {

struct CommandLine {
  CommonOptions common;
  Command command;
};

/// Why there is nothing to run: help was asked for (ok), or the command line is wrong (usage).
struct CommandLineStop {
  ExitCode exit = ExitCode::usage;
  std::string text;
  bool json = false;  ///< `--json` was among the arguments
};

/// `arguments` without the program's name. Reads ROWPRINT_URL and ROWPRINT_TOKEN where the options are not given.
tl::expected<CommandLine, CommandLineStop> parse_command_line(const std::vector<std::string>& arguments);

/// The completion script for `shell` (bash, zsh or fish), made from the same description as the parser and the help.
std::string completion_script(const std::string& shell);

}  // namespace rowprint::cli
