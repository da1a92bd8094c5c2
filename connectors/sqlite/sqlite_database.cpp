#include "connectors/sqlite/sqlite_database.hpp"

#include "connectors/sqlite/file_url.hpp"
#include "connectors/sqlite/sqlite_source.hpp"

#include <sqlite3.h>
#include <string>
#include <system_error>
#include <utility>

namespace rowprint::sqlite_file {
namespace {

class SqliteDatabase final : public sql::Database {
 public:
  SqliteDatabase(std::string path, sql::DatabaseSettings settings)
      : path_(std::move(path)), settings_(std::move(settings)) {}

  std::string description() const override { return format_file_url(path_); }

  awaitable<Result<std::string>> test() override {
    SqliteSource source{path_, settings_};
    auto connected = co_await source.connect();
    if (!connected) {
      co_return fail(std::move(connected.error()));
    }
    co_return std::string{"SQLite "} + sqlite3_libversion();
  }

  Result<std::unique_ptr<sql::QuerySource>> query(sql::Query query, BatchBuilder::Limits limits) override {
    try {
      return std::make_unique<SqliteSource>(path_, settings_, std::move(query), limits);
    } catch (const std::system_error& error) {  // no thread to be had
      Error busy{ErrorCode::busy, error.what(), {}, {}, {}};
      busy.retryable = true;
      return fail(std::move(busy));
    }
  }

 private:
  const std::string path_;
  const sql::DatabaseSettings settings_;
};

}  // namespace

Result<std::unique_ptr<sql::Database>> open_sqlite(sql::DatabaseSettings settings) {
  auto path = parse_file_url(settings.url);
  if (!path) {
    return fail(std::move(path.error()));
  }
  return std::make_unique<SqliteDatabase>(std::move(*path), std::move(settings));
}

}  // namespace rowprint::sqlite_file
