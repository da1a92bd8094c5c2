#pragma once

#include "connectors/postgres/connection.hpp"
#include "connectors/postgres/statement.hpp"
#include "connectors/postgres/type_catalog.hpp"
#include "ingest/sql/database.hpp"

namespace rowprint::postgres {

/// Begins a read-only transaction of repeatable reads, and fixes every setting in it that changes values or their text.
/// The settings end with it, so that a connection pool in between hands none of them on. Blocks; throws what libpqxx
/// throws. Errors: bad_input for a server that this connector does not know.
Result<void> begin_session(Connection& connection, const sql::DatabaseSettings& settings);

/// Looks the columns' types up in the session's transaction. Blocks; throws what libpqxx throws.
void load_types(Connection& connection, TypeCatalog& catalog, const std::vector<ResultColumn>& columns);

}  // namespace rowprint::postgres
