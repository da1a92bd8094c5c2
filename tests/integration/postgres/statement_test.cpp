#include "tests/integration/postgres/reading.hpp"

/// Which queries are read: one statement that returns rows, whatever stands around it.
namespace rowprint::test {
namespace {

using testing::HasSubstr;

Result<std::size_t> count_rows(const std::string& text) {
  const auto rows = read_all(text);
  return rows ? Result<std::size_t>{rows->size()} : fail(rows.error());
}

TEST(PostgresStatement, CommentsSemicolonsAndParenthesesAreRead) {
  PostgresServer::shared().execute("DROP TABLE IF EXISTS one; CREATE TABLE one AS SELECT 1 AS a");
  for (const char* text :
       {"SELECT 1 AS a", "SELECT 1 AS a;", "SELECT 1 AS a ; ; -- end", "SELECT 1 AS a -- no line ends this",
        "/* first */ (SELECT 1 AS a)", "((VALUES (1)))", "VALUES (1);", "TABLE one",
        "WITH x AS (SELECT 1 AS a) SELECT * FROM x", "SELECT ';' AS a", "SELECT $$;)$$ AS a /* ; */",
        "SELECT E'\\';' AS a", "select 1 as a order by 1", "SELECT '--' AS a --"}) {
    const auto count = count_rows(text);
    ASSERT_TRUE(count) << text << ": " << count.error().text();
    EXPECT_EQ(*count, 1U) << text;
  }
}

TEST(PostgresStatement, NothingButOneReadingStatementIsTaken) {
  PostgresServer::shared().execute(
      "DROP TABLE IF EXISTS target; CREATE TABLE target (a int); INSERT INTO target VALUES (1)");
  for (const char* text : {"",
                           ";",
                           "-- nothing",
                           "SELECT 1; SELECT 2",
                           "SELECT 1; DROP TABLE target",
                           "INSERT INTO target VALUES (2) RETURNING a",
                           "DELETE FROM target",
                           "DROP TABLE target",
                           "COPY target TO STDOUT",
                           "BEGIN",
                           "COMMIT",
                           "SHOW TimeZone",
                           "EXPLAIN SELECT 1",
                           "CALL f()",
                           "SELECT 1 AS a INTO made",
                           "WITH x AS (DELETE FROM target RETURNING a) SELECT a FROM x",
                           "SELECT a FROM target FOR UPDATE",
                           "SELECT nope FROM target",
                           "SELECT FROM target",
                           "SELECT 1 AS a,",
                           "SELECT 'open",
                           "SELECT 1 /* open",
                           "SELECT (1"}) {
    EXPECT_EQ(refusal_of(text).code, ErrorCode::bad_input) << text;
  }
  EXPECT_EQ(PostgresServer::shared().execute("SELECT count(*) FROM target"), "1");
}

TEST(PostgresStatement, NoQueryBreaksOutOfItsParentheses) {
  PostgresServer::shared().execute("DROP TABLE IF EXISTS target; CREATE TABLE target (a int)");
  for (const char* text :
       {"SELECT 1) TO STDOUT; DROP TABLE target; --", "SELECT 1) TO '/tmp/x' --",
        "SELECT 1) TO PROGRAM 'true' (FORMAT csv) --", "SELECT 1 AS a) TO STDOUT (FORMAT csv); --\n",
        "SELECT 1 AS a) TO STDOUT (FORMAT csv) /*", "SELECT 1 -- \r) TO STDOUT",
        "SELECT 1\n) TO STDOUT; COMMIT; DROP TABLE target; SELECT (1", "SELECT 1;\n) TO STDOUT (FORMAT text)"}) {
    EXPECT_EQ(refusal_of(text).code, ErrorCode::bad_input) << text;
  }
  EXPECT_EQ(PostgresServer::shared().execute("SELECT count(*) FROM target"), "0");
}

TEST(PostgresStatement, RefusalsCarryTheServersWordsAndTheOffset) {
  const Error error = refusal_of("SELECT 'ż', nope FROM pg_class");
  EXPECT_THAT(error.reason, HasSubstr("column \"nope\" does not exist"));
  EXPECT_THAT(error.reason, HasSubstr("SQLSTATE 42703"));
  EXPECT_EQ(error.offset, 13U);  // in bytes, though the server counts characters
  EXPECT_FALSE(error.retryable);
  EXPECT_EQ(refusal_of("SELECT 1; SELECT 2").offset, 10U);
}

TEST(PostgresStatement, AnErrorAtRowNNamesTheRow) {
  const Error error = refusal_of("SELECT 1 / (10000 - n) AS a FROM generate_series(1, 20000) n");
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_THAT(error.reason, HasSubstr("division by zero"));
  EXPECT_EQ(error.row, 10000U);
}

TEST(PostgresStatement, ColumnNamesThatStandTwiceAreRefused) {
  const Error error = refusal_of("SELECT 1 AS a, 2 AS b, 3 AS a");
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_EQ(error.column, "a");
  EXPECT_THAT(error.reason, HasSubstr("two columns"));
}

TEST(PostgresStatement, ColumnsBeyondTheLimitAreRefused) {
  Reading reading{query("SELECT 1 AS a, 2 AS b, 3 AS c"), settings(), {.columns_max = 2}};
  ASSERT_FALSE(reading.opened);
  EXPECT_EQ(reading.opened.error().code, ErrorCode::limit_exceeded);
}

TEST(PostgresStatement, AnEmptyResultHasItsTypes) {
  Reading reading{query("SELECT 1 AS a, 'x'::text AS b WHERE false")};
  ASSERT_TRUE(reading.opened);
  EXPECT_EQ(reading.rows->declared(), (Schema{{{"a", Type::integer}, {"b", Type::text}}}));
  const auto batch = reading.next();
  ASSERT_TRUE(batch);
  EXPECT_FALSE(*batch);
}

TEST(PostgresStatement, OutputTypesTakeExactValuesOnly) {
  const Schema output{{{"a", Type::decimal}, {"b", Type::floating}, {"c", Type::date}, {"d", Type::text}}};
  const auto rows = read_all(query("SELECT 5 AS a, 0.5 AS b, '2024-02-29' AS c, 7 AS d, 8 AS e", {}, output));
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->front(), (Row{{"a", {Decimal{"5", 0}}},
                                {"b", {0.5}},
                                {"c", {Date{19782}}},
                                {"d", {std::string{"7"}}},
                                {"e", {std::int64_t{8}}}}));
  const Error inexact =
      refusal_of(query("SELECT 0.5 + n * 0.1 AS b FROM generate_series(0, 3) n", {}, {{{"b", Type::floating}}}));
  EXPECT_EQ(inexact.code, ErrorCode::unsupported_value);
  EXPECT_EQ(inexact.row, 2U);
  EXPECT_EQ(inexact.column, "b");
  EXPECT_THAT(inexact.reason, HasSubstr("0.6"));
  EXPECT_EQ(refusal_of(query("SELECT 1 AS a", {}, {{{"z", Type::text}}})).column, "z");
  EXPECT_EQ(refusal_of(query("SELECT now() AS a", {}, {{{"a", Type::bytes}}})).column, "a");
}

}  // namespace
}  // namespace rowprint::test
