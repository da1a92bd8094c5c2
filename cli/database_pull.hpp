#pragma once

#include "cli/command.hpp"
#include "cli/problem.hpp"
#include "cli/verbs.hpp"

#include <optional>

namespace rowprint::cli {

/// A pull from a database by its URL, which a daemon does not read: the command reads it, once, under one snapshot,
/// into a temporary file while it hashes the rows, and goes on as with a file: a content that the daemon has is not
/// sent.
///
/// Gives the receipt, or nothing where a signal ended the reading. Blocks. Memory: constant; the rows take their size
/// in canonical CBOR in temporary_folder(). Errors: those of the database, of the temporary file and of the daemon.
Result<std::optional<Json>> pull_from_database(const Context& context, const PullCommand& command);

}  // namespace rowprint::cli
