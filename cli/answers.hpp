#pragma once

#include "cli/problem.hpp"
#include "cli/verbs.hpp"

#include <string>

namespace rowprint::cli {

/// What GET of a target answers. Errors: as json_of().
Result<Json> get(const Context& context, std::string target);

/// A result on standard output: as one line of JSON where that is wanted, else as text.
Result<ExitCode> print(const Console& console, const Json& value, const std::string& text);

/// Says that a signal ended what was under way, with a reason of one line.
ExitCode report_interrupted(const Console& console, std::string reason);

/// A receipt, as every verb that makes a version prints it.
Result<ExitCode> print_receipt(const Console& console, const Json& receipt);

}  // namespace rowprint::cli
