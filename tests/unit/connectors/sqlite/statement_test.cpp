#include "tests/unit/connectors/sqlite/asking.hpp"

namespace rowprint::sqlite_file::test {
namespace {

/// A file with a table of one row, which no query changes.
SqliteFile& one_row() {
  static SqliteFile file;
  static const bool filled = [] {
    file.execute(
        "CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE TABLE k (a UNIQUE); CREATE VIEW v AS SELECT a FROM t");
    return true;
  }();
  EXPECT_TRUE(filled);
  return file;
}

TEST(SqliteStatement, WhateverReturnsRowsIsRead) {
  for (const char* query :
       {"SELECT a FROM t", "SELECT a FROM v", "VALUES (1)", "WITH x AS (SELECT 1 AS a) SELECT a FROM x",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1) SELECT i FROM n",
        "SELECT value FROM json_each('[1]')", "SELECT count(*) AS n FROM t", "SELECT 1 AS a UNION SELECT 1"}) {
    const auto rows = ask(one_row(), query);
    ASSERT_TRUE(rows) << query << ": " << rows.error().text();
    EXPECT_EQ(rows->size(), 1U) << query;
  }
}

TEST(SqliteStatement, SemicolonsBlanksAndCommentsAreNoStatement) {
  for (const char* query : {"SELECT a FROM t;", "SELECT a FROM t; \n\t ;", "SELECT a FROM t -- x", "; SELECT a FROM t",
                            "SELECT a FROM t; /* x */ -- y", "-- x\nSELECT a FROM t", "SELECT a FROM t /* open"}) {
    const auto rows = ask(one_row(), query);
    ASSERT_TRUE(rows) << query << ": " << rows.error().text();
    EXPECT_EQ(rows->size(), 1U);
  }
  for (const char* query : {"", " ", ";", "-- x", "/* x */"}) {
    EXPECT_EQ(refusal_of(one_row(), std::string{query}).reason, "the query is empty");
  }
}

TEST(SqliteStatement, ASecondOneIsRefusedWhateverItIs) {
  for (const char* query : {"SELECT a FROM t; SELECT a FROM t", "SELECT a FROM t; DROP TABLE t", "SELECT a FROM t; x",
                            "SELECT a FROM t;;-- x\nSELECT 2", "SELECT a FROM t; /* */ ATTACH ':memory:' AS x"}) {
    EXPECT_EQ(refusal_of(one_row(), std::string{query}).reason, "the query is more than one statement") << query;
  }
}

TEST(SqliteStatement, OneThatDoesMoreThanReadIsRefusedAndSaysWhat) {
  const std::string before = one_row().ask("SELECT group_concat(sql) || (SELECT count(*) FROM t) FROM sqlite_schema");
  const std::vector<std::pair<const char*, const char*>> all = {
      {"ATTACH '/tmp/other.db' AS other", "ATTACH"},
      {"DETACH main", "DETACH"},
      {"PRAGMA user_version", "PRAGMA"},
      {"PRAGMA writable_schema = 1", "PRAGMA"},
      {"SELECT * FROM pragma_table_info('t')", "PRAGMA"},
      {"INSERT INTO t VALUES (2)", "INSERT"},
      {"INSERT INTO t VALUES (2) RETURNING a", "INSERT"},
      {"WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x RETURNING a", "INSERT"},
      {"UPDATE t SET a = 2 RETURNING a", "UPDATE"},
      {"DELETE FROM t RETURNING a", "DELETE"},
      {"EXPLAIN DELETE FROM t", "DELETE"},
      {"CREATE TABLE u (a)", "changing the schema"},
      {"CREATE TEMP TABLE u (a)", "changing the schema"},
      {"CREATE VIRTUAL TABLE u USING fts5 (a)", "changing the schema"},
      {"DROP TABLE t", "changing the schema"},
      {"ALTER TABLE t ADD COLUMN b", "changing the schema"},
      {"ANALYZE", "ANALYZE"},
      {"REINDEX", "REINDEX"},
      {"UPDATE sqlite_master SET sql = ''", ""},
      {"UPDATE sqlite_schema SET sql = '' RETURNING name", ""},
      {"DELETE FROM sqlite_schema RETURNING name", ""},
      {"COMMIT", "a transaction of its own"},
      {"SAVEPOINT x", "a transaction of its own"},
      {"SELECT load_extension('x')", ""},
      {"VACUUM INTO '/tmp/other.db'", ""},
  };
  for (const auto& [query, what] : all) {
    const Error error = refusal_of(one_row(), std::string{query});
    EXPECT_EQ(error.code, ErrorCode::bad_input) << query;
    EXPECT_NE(error.reason.find(what), std::string::npos) << query << ": " << error.reason;
  }
  EXPECT_EQ(one_row().ask("SELECT group_concat(sql) || (SELECT count(*) FROM t) FROM sqlite_schema"), before);
}

TEST(SqliteStatement, WhatIsWrongIsSaidInSqlitesWords) {
  const Error error = refusal_of(one_row(), std::string{"SELECT b FROM t"});
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_EQ(error.reason, "no such column: b (at byte 7 of the query)");
  EXPECT_EQ(refusal_of(one_row(), std::string{"SELECT a FROM nowhere"}).reason, "no such table: nowhere");
}

TEST(SqliteStatement, AMisspeltNameInDoubleQuotesIsNoText) {
  const Error error = refusal_of(one_row(), std::string{"SELECT \"b\" FROM t"});
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_NE(error.reason.find("no such column"), std::string::npos);
}

TEST(SqliteStatement, ANameThatTwoColumnsHaveIsRefused) {
  const Error error = refusal_of(one_row(), std::string{"SELECT 1 AS x, 2 AS y, 3 AS x"});
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_EQ(error.column, "x");
  EXPECT_TRUE(ask(one_row(), "SELECT 1 AS x, 2 AS X"));
}

TEST(SqliteStatement, AColumnWithoutANameIsRefused) {
  EXPECT_EQ(refusal_of(one_row(), std::string{"SELECT 1 AS \"\""}).code, ErrorCode::bad_input);
}

TEST(SqliteStatement, ColumnsBeyondTheLimitAreRefused) {
  BatchBuilder::Limits limits;
  limits.columns_max = 2;
  EXPECT_TRUE(open_query(one_row(), {"SELECT 1 AS a, 2 AS b", {}, {}}, limits));
  const auto source = open_query(one_row(), {"SELECT 1 AS a, 2 AS b, 3 AS c", {}, {}}, limits);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::limit_exceeded);
}

TEST(SqliteStatement, ATextThatIsNoneIsRefused) {
  EXPECT_EQ(refusal_of(one_row(), std::string{"SELECT 1 AS a\0; DROP TABLE t", 27}).code, ErrorCode::bad_input);
  EXPECT_EQ(refusal_of(one_row(), std::string{"SELECT '\xff' AS a"}).code, ErrorCode::bad_input);
}

TEST(SqliteStatement, AnErrorOfARowHasItsNumber) {
  const Error error = refusal_of(
      one_row(), std::string{"WITH n (i) AS (VALUES (1), (2), (3)) SELECT CASE i WHEN 3 THEN json('x') ELSE i END AS v "
                             "FROM n"});
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_EQ(error.row, 3U);
  EXPECT_NE(error.reason.find("malformed JSON"), std::string::npos) << error.reason;
}

TEST(SqliteStatement, FullTextSearchIsRead) {
  SqliteFile file;
  file.execute("CREATE VIRTUAL TABLE f USING fts5 (body); INSERT INTO f VALUES ('one two'), ('three')");
  const auto rows = ask(file, "SELECT body FROM f WHERE f MATCH 'two'");
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->size(), 1U);
}

}  // namespace
}  // namespace rowprint::sqlite_file::test
