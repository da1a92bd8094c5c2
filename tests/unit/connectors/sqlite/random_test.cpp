#include "tests/support/random.hpp"
#include "tests/unit/connectors/sqlite/asking.hpp"

#include <sqlite3.h>
#include <bit>
#include <cmath>

namespace rowprint::sqlite_file::test {
namespace {

using rowprint::test::Random;
using rowprint::test::random_value;
using rowprint::test::run_seed;

/// A value of SQLite's, as its C API gives it: what the connector must give as well.
Value value_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return {std::int64_t{sqlite3_column_int64(statement, column)}};
    case SQLITE_FLOAT:
      return {sqlite3_column_double(statement, column)};
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return {std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)))};
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, column));
      return {Bytes{{bytes, bytes + sqlite3_column_bytes(statement, column)}}};
    }
    default:
      return {Null{}};
  }
}

/// All rows as the C API gives them, nulls left out.
std::vector<Row> read_directly(const SqliteFile& file, const std::string& query) {
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(file.connection(), query.c_str(), -1, &statement, nullptr), SQLITE_OK);
  std::vector<Row> rows;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    Row& row = rows.emplace_back();
    for (int column = 0; column < sqlite3_column_count(statement); ++column) {
      if (sqlite3_column_type(statement, column) != SQLITE_NULL) {
        row.emplace_back(sqlite3_column_name(statement, column), value_of(statement, column));
      }
    }
  }
  sqlite3_finalize(statement);
  return rows;
}

void bind_random(Random& random, sqlite3_stmt* statement, int place) {
  const Value value = random_value(random, random.pick({Type::integer, Type::floating, Type::text, Type::bytes}));
  if (const auto* integer = std::get_if<std::int64_t>(&value.held)) {
    sqlite3_bind_int64(statement, place, *integer);
  } else if (const auto* floating = std::get_if<double>(&value.held)) {
    sqlite3_bind_double(statement, place, *floating);
  } else if (const auto* text = std::get_if<std::string>(&value.held)) {
    sqlite3_bind_text(statement, place, text->data(), static_cast<int>(text->size()), SQLITE_TRANSIENT);
  } else if (const auto* bytes = std::get_if<Bytes>(&value.held); bytes != nullptr && !bytes->bytes.empty()) {
    sqlite3_bind_blob(statement, place, bytes->bytes.data(), static_cast<int>(bytes->bytes.size()), SQLITE_TRANSIENT);
  } else {
    sqlite3_bind_null(statement, place);
  }
}

/// A table whose columns have all the affinities there are, so that SQLite bends some of the values on their way in.
void fill(Random& random, SqliteFile& file) {
  constexpr int kColumns = 6;
  file.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a, b INTEGER, c REAL, d TEXT, e NUMERIC, f BLOB)");
  sqlite3_stmt* insert = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(file.connection(), "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", -1, &insert, nullptr),
            SQLITE_OK);
  const std::uint64_t rows = random.below(80);
  file.execute("BEGIN");
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (int place = 1; place <= kColumns; ++place) {
      bind_random(random, insert, place);
    }
    ASSERT_EQ(sqlite3_step(insert), SQLITE_DONE);
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  file.execute("COMMIT");
}

/// Equal bit by bit: 0.0 and -0.0 are not.
bool is_same(const Value& a, const Value& b) {
  const auto* left = std::get_if<double>(&a.held);
  const auto* right = std::get_if<double>(&b.held);
  if (left != nullptr && right != nullptr) {
    return std::bit_cast<std::uint64_t>(*left) == std::bit_cast<std::uint64_t>(*right);
  }
  return a == b;
}

TEST(SqliteRandom, EveryValueIsWhatTheCApiSays) {
  constexpr const char* kQuery = "SELECT a, b, c, d, e, f, a || b AS g, c * 2 AS h, typeof(e) AS i FROM t";
  SqliteFile file;
  for (std::uint64_t number = 0; number < 60; ++number) {
    SCOPED_TRACE("case " + std::to_string(number));
    Random random{run_seed() + number};
    fill(random, file);
    BatchBuilder::Limits limits;
    limits.batch_rows = 1 + random.below(90);
    // NUL and what follows is lost where SQLite makes one text of two, for both readers alike.
    auto source = open_query(file, {kQuery, {}, {}}, limits);
    ASSERT_TRUE(source) << source.error().text();
    const auto rows = wait(workers(), drain(**source));
    const auto expected = read_directly(file, kQuery);
    if (!rows) {
      // A blob in a text operator makes text of any bytes.
      ASSERT_EQ(rows.error().code, ErrorCode::unsupported_value) << rows.error().text();
      ASSERT_EQ(rows.error().column, "g");
      continue;
    }
    ASSERT_EQ(rows->size(), expected.size());
    for (std::size_t row = 0; row < expected.size(); ++row) {
      ASSERT_EQ((*rows)[row].size(), expected[row].size());
      for (std::size_t column = 0; column < expected[row].size(); ++column) {
        ASSERT_EQ((*rows)[row][column].first, expected[row][column].first);
        ASSERT_TRUE(is_same((*rows)[row][column].second, expected[row][column].second))
            << expected[row][column].first << " of row " << row + 1 << ": "
            << rowprint::test::describe((*rows)[row][column].second);
      }
    }
  }
}

}  // namespace
}  // namespace rowprint::sqlite_file::test
