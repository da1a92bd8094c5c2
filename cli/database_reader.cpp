#include "cli/database_reader.hpp"

#include "config/sources.hpp"
#include "connectors/databases/databases.hpp"
#include "ingest/wait.hpp"

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

Result<std::unique_ptr<sql::QuerySource>> read_database(boost::asio::thread_pool& workers, const QueryOptions& options,
                                                        const sql::Query& query) {
  const auto database = open_database_url(options.source, options.password, options.row_bytes_max);
  if (!database) {
    return fail(database.error());
  }
  return wait(workers, (*database)->read(query, {}));
}

}  // namespace rowprint::cli
