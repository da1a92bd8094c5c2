#pragma once

#include "ingest/model/error.hpp"
#include "ingest/sql/query.hpp"

#include <vector>

struct sqlite3_stmt;

namespace rowprint::sqlite_file {

/// Binds every `:name` of a statement to the parameter of that name.
///
/// int is an INTEGER, float a REAL, bytes a BLOB, bool the INTEGER 0 or 1; decimal, dates, times and uuid are TEXT as
/// they are written, once they are known to be such; what has no type is TEXT. Errors, by name: bad_input for a
/// placeholder without a value or of another form (`?`, `@name`), a value that is never used or given twice, a value
/// not of its type, list, map and any; unsupported_value for an integer beyond 64 bits, NaN, and a float that is none.
Result<void> bind_parameters(sqlite3_stmt* statement, const std::vector<sql::Parameter>& parameters);

}  // namespace rowprint::sqlite_file
