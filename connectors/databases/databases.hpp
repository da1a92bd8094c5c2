#pragma once

#include "ingest/sql/database.hpp"

#include <memory>

namespace rowprint {

/// The SQL database that a URL names, by its scheme. Connects to nothing.
///
/// Errors: bad_input for a scheme that is not known, with those that are, and what the database's own connector says of
/// the rest of the URL; they do not show the URL.
Result<std::unique_ptr<sql::Database>> open_database(sql::DatabaseSettings settings);

}  // namespace rowprint
