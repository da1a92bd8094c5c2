#pragma once

#include "cli/query_options.hpp"
#include "ingest/sql/database.hpp"
#include "ingest/watched.hpp"

#include <memory>

namespace rowprint::cli {

/// The database that a URL names, with the password from where the options say. Connects to nothing. Errors: bad_input;
/// not_found and io for the place of the password. None shows the URL or the password.
Result<std::unique_ptr<sql::Database>> open_database_url(
    const std::string& url, const PasswordPlace& password,
    std::size_t row_bytes_max = sql::DatabaseSettings{}.row_bytes_max);

/// Connects to the database of a URL and asks it; `cancel`, which outlives the rows, ends that and them. Await it on a
/// serial executor. Errors: as those of sql::read().
awaitable<Result<std::unique_ptr<Source>>> read_database(QueryOptions options, sql::Query query, Watched<bool>& cancel);

}  // namespace rowprint::cli
