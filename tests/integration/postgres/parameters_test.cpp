#include "tests/integration/postgres/reading.hpp"
#include "tests/support/values.hpp"

/// Values that are bound to a query's :names.
namespace rowprint::test {
namespace {

using testing::HasSubstr;

TEST(PostgresParameters, AreBoundAsValuesOfTheirTypes) {
  struct Case {
    Type type;
    std::string value;
    std::string equal_to;
  };
  for (const Case& each : std::vector<Case>{
           {Type::boolean, "true", "true"},
           {Type::integer, "-9223372036854775808", "'-9223372036854775808'::int8"},
           {Type::integer, "18446744073709551616", "18446744073709551616"},
           {Type::floating, "0.1", "0.1::float8"},
           {Type::floating, "-Infinity", "'-Infinity'::float8"},
           {Type::decimal, "0.10000000000000000000000000000000000001", "0.10000000000000000000000000000000000001"},
           {Type::text, "it's; DROP TABLE x --", "$$it's; DROP TABLE x --$$::text"},
           {Type::bytes, "AP8Q", "'\\x00ff10'::bytea"},
           {Type::date, "-0044-03-15", "'0045-03-15 BC'::date"},
           {Type::time, "23:59:59.999999", "'23:59:59.999999'::time"},
           {Type::timestamp, "1969-12-31T23:59:59.5", "'1969-12-31 23:59:59.5'::timestamp"},
           {Type::timestamptz, "2024-01-01T00:00:00+02:00", "'2023-12-31 22:00:00+00'::timestamptz"},
           {Type::uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid"},
       }) {
    const auto rows = read_all(
        query("SELECT :v = " + each.equal_to + " AS same, :v AS v, :v::text AS t", {{"v", each.type, each.value}}));
    ASSERT_TRUE(rows) << each.value << ": " << rows.error().text();
    EXPECT_EQ(rows->front()[0].second, Value{true}) << each.value;
    const auto direct = read_all("SELECT " + each.equal_to + " AS v");
    ASSERT_TRUE(direct);
    EXPECT_EQ(rows->front()[1].second, direct->front()[0].second) << each.value;
  }
}

TEST(PostgresParameters, WithoutATypeAreWhatTheQueryAsksFor) {
  const auto rows = read_all(
      query("SELECT n FROM generate_series(1, 10) n WHERE n = :n OR n::text = :t", {{"n", {}, "3"}, {"t", {}, "4"}}));
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(*rows, (std::vector<Row>{{{"n", integer(3)}}, {{"n", integer(4)}}}));
  EXPECT_EQ(refusal_of(query("SELECT 1 AS a WHERE 1 = :n", {{"n", {}, "one"}})).code, ErrorCode::bad_input);
}

TEST(PostgresParameters, MayBeNull) {
  const auto rows = read_all(
      query("SELECT :a::int IS NULL AS x, coalesce(:b, 7) AS y, :a AS z", {{"a", {}, {}}, {"b", Type::integer, {}}}));
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->front(), (Row{{"x", {true}}, {"y", integer(7)}}));
}

TEST(PostgresParameters, ThatAreNoValuesOfTheirTypeAreRefusedByName) {
  const auto refused = [](Type type, std::string value) {
    const Error error = refusal_of(query("SELECT :v AS a", {{"v", type, std::move(value)}}));
    EXPECT_THAT(error.reason, HasSubstr("parameter v"));
    return error.code;
  };
  EXPECT_EQ(refused(Type::integer, "1.0"), ErrorCode::bad_input);
  EXPECT_EQ(refused(Type::integer, ""), ErrorCode::bad_input);
  EXPECT_EQ(refused(Type::boolean, "yes"), ErrorCode::bad_input);
  EXPECT_EQ(refused(Type::floating, "1e999"), ErrorCode::unsupported_value);
  EXPECT_EQ(refused(Type::time, "00:00:00.0000001"), ErrorCode::unsupported_value);
  EXPECT_EQ(refused(Type::date, "+9999999-01-01"), ErrorCode::unsupported_value);
  EXPECT_EQ(refused(Type::map, "{}"), ErrorCode::bad_input);
  EXPECT_EQ(refused(Type::text, std::string{"a\0b", 3}), ErrorCode::bad_input);
  EXPECT_EQ(refused(Type::text, "\xff"), ErrorCode::bad_input);
}

TEST(PostgresParameters, TheCursorGivesTheRowsThatCopyGives) {
  const std::string text =
      "SELECT n, n / 7.0 AS d, md5(n::text) AS t, CASE WHEN n % 3 = 0 THEN '' END AS e, ARRAY[n, NULL] AS l "
      "FROM generate_series(1, 9000) n";
  const auto by_copy = read_all(text);
  const auto by_cursor = read_all(query(text + " WHERE :yes", {{"yes", Type::boolean, "true"}}));
  ASSERT_TRUE(by_copy) << by_copy.error().text();
  ASSERT_TRUE(by_cursor) << by_cursor.error().text();
  EXPECT_EQ(by_copy->size(), 9000U);
  EXPECT_EQ(*by_copy, *by_cursor);
}

TEST(PostgresParameters, TheCursorEndsWhereAFetchEnds) {
  for (const int count : {0, 1, 4095, 4096, 4097, 8192}) {
    const auto rows =
        read_all(query("SELECT n FROM generate_series(1, :n) n", {{"n", Type::integer, std::to_string(count)}}));
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->size(), static_cast<std::size_t>(count));
  }
}

}  // namespace
}  // namespace rowprint::test
