#pragma once

#include "cli/command.hpp"
#include "cli/problem.hpp"
#include "cli/verbs.hpp"

#include <optional>

namespace rowprint::cli {

/// Has a version verified by the daemon, and compares it with what a database says that is named by its URL, which the
/// command reads itself. With a report, the stored rows are fetched into a temporary file.
///
/// Gives the verification with the member `source`, as the API does for a source that the daemon knows, or nothing
/// where a signal ended the reading. Blocks. Memory: constant. Errors: those of the database, of temporary files and of
/// the daemon.
Result<std::optional<Json>> verify_with_database(const Context& context, const Target& target,
                                                 const QueryOptions& source, bool report);

}  // namespace rowprint::cli
