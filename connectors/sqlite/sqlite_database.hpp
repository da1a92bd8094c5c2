#pragma once

#include "ingest/sql/database.hpp"

#include <memory>

namespace rowprint::sqlite_file {

/// A SQLite file to be read, named by `sqlite:///relative/path` or `sqlite:////absolute/path` (file_url.hpp).
///
/// Only parses the URL: the file is looked for when it is read. Of the settings, `connect` is how long a writer's lock
/// is waited for; there is no password. Its sources read each value by its own storage class and declare the columns
/// that Query::output names, no others: what a table declares binds no value of SQLite. Errors: bad_input for the URL.
Result<std::unique_ptr<sql::Database>> open_sqlite(sql::DatabaseSettings settings);

}  // namespace rowprint::sqlite_file
