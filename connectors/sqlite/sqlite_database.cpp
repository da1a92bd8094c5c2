#include "connectors/sqlite/sqlite_database.hpp"

#include "connectors/sqlite/file_url.hpp"
#include "connectors/sqlite/sqlite_source.hpp"

#include <sqlite3.h>
#include <string>
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

  awaitable<Result<std::unique_ptr<sql::QuerySource>>> read(sql::Query query, BatchBuilder::Limits limits) override {
    auto source = std::make_unique<SqliteSource>(path_, settings_);
    auto ready = co_await source->connect();
    if (!ready) {
      co_return fail(std::move(ready.error()));
    }
    ready = co_await source->ask(std::move(query), limits);
    if (!ready) {
      co_return fail(std::move(ready.error()));
    }
    co_return std::unique_ptr<sql::QuerySource>{std::move(source)};
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
