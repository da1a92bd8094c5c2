#include "cli/database_reader.hpp"

#include "config/sources.hpp"
#include "connectors/databases/databases.hpp"
#include "ingest/sql/read.hpp"

#include <utility>

namespace rowprint::cli {

Result<std::unique_ptr<sql::Database>> open_database_url(const std::string& url, const PasswordPlace& password,
                                                         std::size_t row_bytes_max) {
  config::Source place;
  place.password_file = password.file;
  place.password_env = password.env;
  auto secret = config::read_password(place);
  if (!secret) {
    return fail(std::move(secret.error()));
  }
  sql::DatabaseSettings settings;
  settings.url = url;
  settings.row_bytes_max = row_bytes_max;
  settings.password = std::move(*secret);
  return open_database(std::move(settings));
}

awaitable<Result<std::unique_ptr<Source>>> read_database(QueryOptions options, sql::Query query,
                                                         Watched<bool>& cancel) {
  auto opened = open_database_url(options.source, options.password, options.row_bytes_max);
  if (!opened) {
    co_return fail(std::move(opened.error()));
  }
  std::shared_ptr<sql::Database> database{*std::move(opened)};
  const BatchBuilder::Limits limits;
  auto source = co_await sql::read(std::move(database), std::move(query), limits, cancel);
  co_return source;
}

}  // namespace rowprint::cli
