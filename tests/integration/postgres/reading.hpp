#pragma once

#include "connectors/postgres/postgres_database.hpp"
#include "ingest/model/value.hpp"
#include "ingest/sql/database.hpp"
#include "ingest/wait.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/rows_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/thread_pool.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rowprint::test {

inline sql::DatabaseSettings settings() {
  sql::DatabaseSettings settings;
  settings.url = PostgresServer::shared().url();
  return settings;
}

inline sql::Query query(std::string text, std::vector<sql::Parameter> parameters = {}, Schema output = {}) {
  return {std::move(text), std::move(parameters), std::move(output)};
}

/// A query that is being read, and the thread that awaits it.
class Reading {
 public:
  explicit Reading(sql::Query asked, sql::DatabaseSettings to = settings(), BatchBuilder::Limits limits = {}) {
    auto database = postgres::open_postgres(std::move(to));
    if (!database) {
      opened = fail(database.error());
      return;
    }
    auto source = wait(workers, (*database)->read(std::move(asked), limits));
    if (!source) {
      opened = fail(source.error());
      return;
    }
    rows = std::move(*source);
  }

  Result<std::optional<Batch>> next() { return wait(workers, rows->next()); }

  boost::asio::thread_pool workers{2};
  Result<void> opened;
  std::unique_ptr<sql::QuerySource> rows;  ///< null where it was not opened
};

/// Every row of a query, or why not.
inline Result<std::vector<Row>> read_all(sql::Query asked, sql::DatabaseSettings to = settings()) {
  Reading reading{std::move(asked), std::move(to)};
  if (!reading.opened) {
    return fail(reading.opened.error());
  }
  return wait(reading.workers, drain(*reading.rows));
}
inline Result<std::vector<Row>> read_all(const std::string& text) {
  return read_all(query(text));
}

/// The error that a query ends with, at once or later.
inline Error refusal_of(sql::Query asked, sql::DatabaseSettings to = settings()) {
  const auto rows = read_all(std::move(asked), std::move(to));
  if (rows) {
    ADD_FAILURE() << "nothing was refused";
    return {};
  }
  return rows.error();
}
inline Error refusal_of(const std::string& text) {
  return refusal_of(query(text));
}

}  // namespace rowprint::test
