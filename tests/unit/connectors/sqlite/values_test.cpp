#include "tests/unit/connectors/sqlite/asking.hpp"

#include <cmath>
#include <limits>

namespace rowprint::sqlite_file::test {
namespace {

Value text(std::string content) {
  return {std::move(content)};
}

TEST(SqliteValues, EachHasTheTypeOfItsOwnStorageClass) {
  SqliteFile file;
  file.execute("CREATE TABLE t (v); INSERT INTO t VALUES (1), (1.0), ('1'), (x'31'), (NULL), ('')");
  const auto rows = ask(file, "SELECT v FROM t ORDER BY rowid");
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->size(), 6U);
  EXPECT_EQ((*rows)[0], (Row{{"v", {std::int64_t{1}}}}));
  EXPECT_EQ((*rows)[1], (Row{{"v", {1.0}}}));
  EXPECT_EQ((*rows)[2], (Row{{"v", text("1")}}));
  EXPECT_EQ((*rows)[3], (Row{{"v", {Bytes{{0x31}}}}}));
  EXPECT_EQ((*rows)[4], Row{});
  EXPECT_EQ((*rows)[5], (Row{{"v", text("")}}));
}

TEST(SqliteValues, WhatATableDeclaresBindsNoValue) {
  SqliteFile file;
  file.execute("CREATE TABLE t (v INTEGER); INSERT INTO t VALUES ('not a number'), ('12'), (12.5)");
  const auto rows = ask(file, "SELECT v FROM t ORDER BY rowid");
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ((*rows)[0], (Row{{"v", text("not a number")}}));
  EXPECT_EQ((*rows)[1], (Row{{"v", {std::int64_t{12}}}}));
  EXPECT_EQ((*rows)[2], (Row{{"v", {12.5}}}));
}

TEST(SqliteValues, IntegersReachTheirEnds) {
  const SqliteFile file;
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
                                   (std::int64_t{1} << 53) + 1, std::int64_t{0}, std::int64_t{-1}}) {
    const std::string literal =
        value == std::numeric_limits<std::int64_t>::min() ? "-9223372036854775807 - 1" : std::to_string(value);
    EXPECT_EQ(*ask_value(file, "SELECT " + literal + " AS v"), Value{value});
  }
}

TEST(SqliteValues, FloatsAreTheirDoubles) {
  const SqliteFile file;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(*ask_value(file, "SELECT 0.1 AS v"), Value{0.1});
  EXPECT_EQ(*ask_value(file, "SELECT 9e999 AS v"), Value{kInfinity});
  EXPECT_EQ(*ask_value(file, "SELECT -9e999 AS v"), Value{-kInfinity});
  EXPECT_EQ(*ask_value(file, "SELECT 5e-324 AS v"), Value{5e-324});
  EXPECT_EQ(*ask_value(file, "SELECT 9e999 - 9e999 AS v"), Value{}) << "SQLite keeps NaN as NULL";
}

TEST(SqliteValues, TextKeepsItsNulsAndItsForm) {
  const SqliteFile file;
  EXPECT_EQ(*ask_value(file, "SELECT CAST(x'610062' AS TEXT) AS v"), text({"a\0b", 3}));
  EXPECT_EQ(*ask_value(file, "SELECT '0123' AS v"), text("0123"));
  EXPECT_EQ(*ask_value(file, "SELECT 'e\xCC\x81' AS v"), text("e\xCC\x81"));
}

TEST(SqliteValues, TextThatIsNotUtf8IsRefusedWithItsRowAndColumn) {
  SqliteFile file;
  file.execute("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, CAST(x'61ff' AS TEXT)), (3, 'y')");
  const Error error = refusal_of(file, "SELECT a, b FROM t ORDER BY a");
  EXPECT_EQ(error.code, ErrorCode::unsupported_value);
  EXPECT_EQ(error.row, 2U);
  EXPECT_EQ(error.column, "b");
  EXPECT_EQ(error.reason, "text that is not valid UTF-8 at its byte 1; CAST it to BLOB to have its bytes");
  EXPECT_EQ(*ask_value(file, "SELECT CAST(b AS BLOB) AS v FROM t WHERE a = 2"), Value{(Bytes{{0x61, 0xff}})});
}

TEST(SqliteValues, TextInUtf16IsTheSameText) {
  for (const char* encoding : {"UTF-16le", "UTF-16be"}) {
    SqliteFile file{std::string{"PRAGMA encoding = '"} + encoding + "'"};
    file.execute("CREATE TABLE t (v); INSERT INTO t VALUES ('a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82')");
    EXPECT_EQ(*ask_value(file, "SELECT v FROM t"), text("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82"));
    EXPECT_EQ(*ask_value(file, "SELECT x'00ff' AS v"), Value{(Bytes{{0x00, 0xff}})});
    EXPECT_EQ(*ask_value(file, "SELECT '' AS v"), text(""));
  }
}

TEST(SqliteValues, ALoneSurrogateIsRefusedAndNotTakenForAnotherText) {
  // SQLite itself makes U+10041 of the first, which is what the second is.
  SqliteFile file{"PRAGMA encoding = 'UTF-16le'"};
  file.execute("CREATE TABLE t (v); INSERT INTO t VALUES (CAST(x'00d84100' AS TEXT))");
  const Error error = refusal_of(file, "SELECT v FROM t");
  EXPECT_EQ(error.code, ErrorCode::unsupported_value);
  EXPECT_EQ(error.row, 1U);
  EXPECT_EQ(error.column, "v");
  EXPECT_EQ(*ask_value(file, "SELECT CAST(x'00d841dc' AS TEXT) AS v"), text("\xF0\x90\x81\x81"));
  EXPECT_EQ(refusal_of(file, "SELECT CAST(x'41dc' AS TEXT) AS v").code, ErrorCode::unsupported_value);
  EXPECT_EQ(refusal_of(file, "SELECT CAST(x'410000d8' AS TEXT) AS v").code, ErrorCode::unsupported_value);
}

TEST(SqliteValues, ColumnsComeInTheOrderOfTheQuery) {
  const SqliteFile file;
  auto source = open_query(file, {"SELECT 1 AS z, NULL AS y, 3 AS a", {}, {}});
  ASSERT_TRUE(source) << source.error().text();
  const auto batch = wait(workers(), (*source)->next());
  ASSERT_TRUE(batch && *batch);
  ASSERT_EQ((*batch)->columns().size(), 3U);
  EXPECT_EQ((*batch)->columns().name(0), "z");
  EXPECT_EQ((*batch)->columns().name(1), "y");
  EXPECT_EQ((*batch)->columns().name(2), "a");
  EXPECT_TRUE((*source)->declared().columns.empty());
}

TEST(SqliteValues, ARowLongerThanItsBoundIsRefusedByItsNumber) {
  SqliteFile file;
  file.execute("CREATE TABLE t (v); INSERT INTO t VALUES (zeroblob(100)), (zeroblob(101)), (zeroblob(100))");
  sql::DatabaseSettings settings = settings_of(file);
  settings.row_bytes_max = 100;
  auto source = open_query(settings, {"SELECT v FROM t", {}, {}});
  ASSERT_TRUE(source) << source.error().text();
  const auto rows = wait(workers(), drain(**source));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(rows.error().row, 2U);
}

TEST(SqliteValues, BytesReceivedAreThoseOfTheValues) {
  SqliteFile file;
  file.execute("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'abc'), (2.5, x'00'), (NULL, '')");
  auto source = open_query(file, {"SELECT a, b FROM t", {}, {}});
  ASSERT_TRUE(source) << source.error().text();
  EXPECT_EQ((*source)->bytes_received(), 0U);
  ASSERT_TRUE(wait(workers(), drain(**source)));
  EXPECT_EQ((*source)->bytes_received(), 8U + 3U + 8U + 1U);
}

}  // namespace
}  // namespace rowprint::sqlite_file::test
