#pragma once

#include "daemon/read_gate.hpp"
#include "ingest/sql/database.hpp"

#include <memory>

namespace rowprint::daemon {

/// Opens a query, and no longer waits for it once `cancel` is set: a database that does not answer holds nobody up.
///
/// What is given up goes on by itself until the database's own timeout, holds its place meanwhile, and is then closed.
/// Await it on a serial executor; `cancel` outlives the await. Errors: those of sql::Database::read(), cancelled.
awaitable<Result<std::unique_ptr<sql::QuerySource>>> open_query(std::shared_ptr<sql::Database> database,
                                                                sql::Query query, BatchBuilder::Limits limits,
                                                                Watched<bool>& cancel, ReadGate::Place place);

}  // namespace rowprint::daemon
