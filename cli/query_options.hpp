#pragma once

#include "cli/problem.hpp"
#include "ingest/model/receipt.hpp"
#include "ingest/sql/query.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint::cli {

/// Where a password that does not stand in a URL is; at most one of the two.
struct PasswordPlace {
  std::string file;  ///< its first line
  std::string env;   ///< name of an environment variable
};

/// What is asked of a SQL source, as the command line says it.
struct QueryOptions {
  std::string source;  ///< the name of a source that the daemon knows, or the URL of a database
  std::string query;   ///< SQL, or `@FILE`, or `@-` for standard input
  std::vector<sql::Parameter> parameters;
  Schema output;
  std::optional<Order> order;  ///< nothing: as the query says
  PasswordPlace password;      ///< for a URL
  std::size_t row_bytes_max = 1U << 20U;
};

/// Whether a source is named by the URL of its database, which the command then reads itself.
bool is_database_url(std::string_view source);

/// `name=value` (text of whatever type the database takes it for), `name:type=value`, and without a value the null:
/// `name`, `name:type`. The value is all that stands behind the first `=`. Errors: bad_input.
Result<sql::Parameter> parse_parameter(std::string_view text);

/// The query with its text read from where the options say. Errors: bad_input when a file cannot be read, is longer
/// than 1 MiB, or a text is not UTF-8.
Result<sql::Query> resolve_query(const QueryOptions& options);

/// `source`, `query`, and where they are given `parameters` and `output`, as the API takes them.
Json query_json(const QueryOptions& options, const sql::Query& query);

/// The text with the URLs of databases, which may hold secrets, cut to their schemes: for messages that quote a command
/// line.
std::string without_urls(std::string_view text);

}  // namespace rowprint::cli
