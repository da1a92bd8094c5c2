#pragma once

#include "cli/query_options.hpp"
#include "ingest/sql/database.hpp"

#include <boost/asio/thread_pool.hpp>
#include <memory>

namespace rowprint::cli {

/// The database that a URL names, with the password from where the options say. Connects to nothing. Errors: bad_input;
/// not_found and io for the place of the password. None shows the URL or the password.
Result<std::unique_ptr<sql::Database>> open_database_url(
    const std::string& url, const PasswordPlace& password,
    std::size_t row_bytes_max = sql::DatabaseSettings{}.row_bytes_max);

/// Connects to the database of a URL and asks it. Blocks until the query is taken; its rows are still to be read.
/// `workers` outlive the source. Errors: as those of sql::Database.
Result<std::unique_ptr<sql::QuerySource>> read_database(boost::asio::thread_pool& workers, const QueryOptions& options,
                                                        const sql::Query& query);

}  // namespace rowprint::cli
