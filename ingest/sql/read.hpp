#pragma once

#include "ingest/sql/database.hpp"
#include "ingest/watched.hpp"

#include <memory>

namespace rowprint::sql {

/// Opens a query and gives its rows, which `cancel` ends from then on, whoever waits for what: for the database, for
/// rows, or for nothing yet.
///
/// A database that does not answer holds nobody up: what is given up goes on by itself until it notices, at the latest
/// when the database's own timeout passes, and keeps `database` meanwhile. Await it on a serial executor. Ownership:
/// `cancel` outlives the source. Errors: those of QuerySource::open(); cancelled.
awaitable<Result<std::unique_ptr<Source>>> read(std::shared_ptr<Database> database, Query query,
                                                BatchBuilder::Limits limits, Watched<bool>& cancel);

}  // namespace rowprint::sql
