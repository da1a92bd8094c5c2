#pragma once

#include "ingest/model/error.hpp"

namespace rowprint::cli {

/// What the program's exit status says; docs/cli.md and the end of `--help` list the same.
enum class ExitCode : int {
  ok = 0,
  refused = 1,        ///< the rows or the request cannot be taken: sending them again changes nothing
  usage = 2,          ///< the command line is wrong
  not_found = 3,      ///< no such dataset, version, content, source or ingest
  unavailable = 4,    ///< the daemon cannot be reached, broke off, or has no place just now: try again
  disagrees = 5,      ///< verify: what is stored is not what was sealed, or not what the source says
  conflict = 6,       ///< the file changed while it was pushed, twice
  failed = 7,         ///< no space, an I/O error, damage, or a bug
  interrupted = 130,  ///< by SIGINT, SIGTERM or SIGHUP: what was followed or read is cancelled
};

ExitCode exit_code(ErrorCode code);

}  // namespace rowprint::cli
