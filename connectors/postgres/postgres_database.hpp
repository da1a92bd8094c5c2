#pragma once

#include "ingest/model/error.hpp"
#include "ingest/sql/database.hpp"

#include <memory>

namespace rowprint::postgres {

/// The PostgreSQL database at `settings.url` (postgresql://… or postgres://…, as libpq takes them: TLS by sslmode,
/// sslrootcert, …; a password from the settings, the URL, PGPASSWORD or .pgpass). Looks at the URL and connects to
/// nothing. What its values become is in docs/sql-types.md. Lifecycle, thread safety, errors: as sql::Database. Errors
/// here: bad_input for what is no such URL, which is not repeated.
Result<std::unique_ptr<sql::Database>> open_postgres(sql::DatabaseSettings settings);

}  // namespace rowprint::postgres
