#include "connectors/postgres/postgres_database.hpp"

#include "connectors/postgres/connection.hpp"
#include "connectors/postgres/connection_url.hpp"
#include "connectors/postgres/postgres_source.hpp"
#include "ingest/own_thread.hpp"

#include <system_error>

namespace rowprint::postgres {
namespace {

class PostgresDatabase final : public sql::Database {
 public:
  PostgresDatabase(sql::DatabaseSettings settings, std::string description)
      : settings_(std::move(settings)), description_(std::move(description)) {}

  std::string description() const override { return description_; }
  awaitable<Result<std::string>> test() override;
  Result<std::unique_ptr<sql::QuerySource>> query(sql::Query query, BatchBuilder::Limits limits) override;

 private:
  const sql::DatabaseSettings settings_;
  const std::string description_;
};

Result<std::string> test_here(const sql::DatabaseSettings& settings) {
  const Interrupt nobody;
  const auto connected = connect(settings, nobody);
  if (!connected) {
    return fail(connected.error());
  }
  return server_name(connected->get());
}

awaitable<Result<std::string>> PostgresDatabase::test() {
  const sql::DatabaseSettings settings = settings_;
  OwnThread thread;
  const auto call = [&settings] { return test_here(settings); };
  auto name = co_await thread.run(call);
  co_return name;
}

Result<std::unique_ptr<sql::QuerySource>> PostgresDatabase::query(sql::Query query, BatchBuilder::Limits limits) {
  try {
    return std::make_unique<PostgresSource>(settings_, std::move(query), limits);
  } catch (const std::system_error& error) {  // no descriptor or no thread to be had
    Error busy{ErrorCode::busy, error.what(), {}, {}, {}};
    busy.retryable = true;
    return fail(std::move(busy));
  }
}

}  // namespace

Result<std::unique_ptr<sql::Database>> open_postgres(sql::DatabaseSettings settings) {
  auto description = describe_url(settings.url);
  if (!description) {
    return fail(description.error());
  }
  return std::make_unique<PostgresDatabase>(std::move(settings), std::move(*description));
}

}  // namespace rowprint::postgres
