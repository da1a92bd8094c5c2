#pragma once

#include "connectors/sqlite/sqlite_database.hpp"
#include "ingest/wait.hpp"
#include "tests/support/rows_source.hpp"
#include "tests/support/sqlite_file.hpp"

#include <gtest/gtest.h>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rowprint::sqlite_file::test {

using rowprint::test::drain;
using rowprint::test::Row;
using rowprint::test::SqliteFile;

inline boost::asio::thread_pool& workers() {
  static boost::asio::thread_pool pool{2};
  return pool;
}

/// Settings with timeouts that a test outlives.
inline sql::DatabaseSettings settings_of(const SqliteFile& file) {
  sql::DatabaseSettings settings;
  settings.url = file.url();
  settings.connect = std::chrono::milliseconds{200};
  return settings;
}

inline Result<std::unique_ptr<sql::QuerySource>> open_query(const sql::DatabaseSettings& settings, sql::Query query,
                                                            BatchBuilder::Limits limits = {}) {
  auto database = open_sqlite(settings);
  if (!database) {
    return fail(database.error());
  }
  auto source = (*database)->query(std::move(query), limits);
  if (!source) {
    return source;
  }
  auto opened = wait(workers(), (*source)->open());
  return opened ? std::move(source) : fail(std::move(opened.error()));
}

inline Result<std::unique_ptr<sql::QuerySource>> open_query(const SqliteFile& file, sql::Query query,
                                                            BatchBuilder::Limits limits = {}) {
  return open_query(settings_of(file), std::move(query), limits);
}

/// All rows of a query, or why not.
inline Result<std::vector<Row>> ask(const SqliteFile& file, sql::Query query) {
  auto source = open_query(file, std::move(query));
  if (!source) {
    return fail(source.error());
  }
  return wait(workers(), drain(**source));
}
inline Result<std::vector<Row>> ask(const SqliteFile& file, std::string text) {
  return ask(file, sql::Query{std::move(text), {}, {}});
}

/// The value of the first column in the first row.
inline Result<Value> ask_value(const SqliteFile& file, sql::Query query) {
  const auto rows = ask(file, std::move(query));
  if (!rows) {
    return fail(rows.error());
  }
  if (rows->size() != 1) {
    ADD_FAILURE() << rows->size() << " rows";
    return Value{};
  }
  return rows->front().empty() ? Value{} : rows->front().front().second;
}
inline Result<Value> ask_value(const SqliteFile& file, std::string text) {
  return ask_value(file, sql::Query{std::move(text), {}, {}});
}

/// What a query is refused with; an empty error, and a failed test, where it is not.
template <typename Asked>
Error refusal_of(const SqliteFile& file, Asked query) {
  const auto rows = ask(file, std::move(query));
  if (rows) {
    ADD_FAILURE() << "nothing was refused";
    return {};
  }
  return rows.error();
}

}  // namespace rowprint::sqlite_file::test
