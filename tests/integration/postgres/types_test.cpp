#include "tests/integration/postgres/reading.hpp"
#include "tests/support/values.hpp"

#include <cmath>
#include <limits>

/// What each type of PostgreSQL becomes (docs/sql-types.md), asked of a real server.
namespace rowprint::test {
namespace {

using Limits64 = std::numeric_limits<std::int64_t>;

struct Expected {
  std::string sql;
  Value value;
  Type type;
};

const Value kNull{Null{}};

/// One query of one row, a column for each; the values and the declared types.
void expect_values(const std::vector<Expected>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Expected& each = expected[i];
    Reading reading{query("SELECT " + each.sql + " AS x")};
    ASSERT_TRUE(reading.opened) << each.sql << ": " << reading.opened.error().text();
    ASSERT_EQ(reading.rows->declared().columns.size(), 1U);
    EXPECT_EQ(to_string(reading.rows->declared().columns[0].type), to_string(each.type)) << each.sql;
    const auto rows = wait(reading.workers, drain(*reading.rows));
    ASSERT_TRUE(rows) << each.sql << ": " << rows.error().text();
    ASSERT_EQ(rows->size(), 1U);
    const Row& row = rows->front();
    if (each.value == kNull) {
      EXPECT_TRUE(row.empty()) << each.sql;
      continue;
    }
    ASSERT_EQ(row.size(), 1U) << each.sql;
    EXPECT_EQ(row[0].second, each.value) << each.sql;
  }
}

TEST(PostgresTypes, IntegersAndBooleans) {
  expect_values({
      {"true", {true}, Type::boolean},
      {"false", {false}, Type::boolean},
      {"'-32768'::int2", integer(-32768), Type::integer},
      {"32767::int2", integer(32767), Type::integer},
      {"'-2147483648'::int4", integer(-2147483648), Type::integer},
      {"'-9223372036854775808'::int8", integer(Limits64::min()), Type::integer},
      {"9223372036854775807::int8", integer(Limits64::max()), Type::integer},
      {"4294967295::oid", integer(4294967295), Type::integer},
      {"'4294967295'::xid", integer(4294967295), Type::integer},
      {"'18446744073709551615'::xid8", {BigInteger{"18446744073709551615"}}, Type::integer},
      {"'17'::xid8", integer(17), Type::integer},
  });
}

TEST(PostgresTypes, FloatsAreTheDoublesThatTheServerHolds) {
  using Limits = std::numeric_limits<double>;
  expect_values({
      {"0.1::float8", {0.1}, Type::floating},
      {"0.1::float4", {static_cast<double>(0.1F)}, Type::floating},
      {"5e-324::float8", {Limits::denorm_min()}, Type::floating},
      {"1.7976931348623157e308::float8", {Limits::max()}, Type::floating},
      {"'Infinity'::float8", {Limits::infinity()}, Type::floating},
      {"'-Infinity'::float4", {-Limits::infinity()}, Type::floating},
      {"'-0'::float8", {0.0}, Type::floating},
  });
  const auto rows = read_all("SELECT 'NaN'::float8 AS x");
  ASSERT_TRUE(rows);
  EXPECT_TRUE(std::isnan(std::get<double>((*rows)[0][0].second.held)));
}

TEST(PostgresTypes, NumericsPassThroughNoDouble) {
  using Limits = std::numeric_limits<double>;
  expect_values({
      {"0::numeric", decimal("0", 0), Type::decimal},
      {"0.00::numeric", decimal("0", 0), Type::decimal},
      {"1.50::numeric", decimal("15", -1), Type::decimal},
      {"'-1.50'::numeric", decimal("-15", -1), Type::decimal},
      {"10000::numeric", decimal("10000", 0), Type::decimal},
      {"12340000::numeric", decimal("12340000", 0), Type::decimal},
      {"0.1::numeric(40,30)", decimal("1", -1), Type::decimal},
      {"0.0001::numeric", decimal("1", -4), Type::decimal},
      {"0.00001::numeric", decimal("1", -5), Type::decimal},
      {"9007199254740993::numeric", decimal("9007199254740993", 0), Type::decimal},
      {"18446744073709551615::numeric", decimal("18446744073709551615", 0), Type::decimal},
      {"18446744073709551617::numeric", decimal("18446744073709551617", 0), Type::decimal},
      {"'-9223372036854775808'::numeric", decimal("-9223372036854775808", 0), Type::decimal},
      {"0.1234567890123456789012345678901234567890::numeric", decimal("123456789012345678901234567890123456789", -39),
       Type::decimal},
      {"1e131071::numeric", decimal("1", 131071), Type::decimal},
      {"'1e-16383'::numeric", decimal("1", -16383), Type::decimal},
      {"'Infinity'::numeric", {Limits::infinity()}, Type::decimal},
      {"'-Infinity'::numeric", {-Limits::infinity()}, Type::decimal},
  });
  const auto rows = read_all("SELECT 'NaN'::numeric AS x");
  ASSERT_TRUE(rows);
  EXPECT_TRUE(std::isnan(std::get<double>((*rows)[0][0].second.held)));
}

TEST(PostgresTypes, Texts) {
  expect_values({
      {"'żółw 🐢'::text", text("żółw 🐢"), Type::text},
      {"''::text", text(""), Type::text},
      {"'ab '::varchar(9)", text("ab "), Type::text},
      {"'ab'::char(5)", text("ab   "), Type::text},
      {"'a_name'::name", text("a_name"), Type::text},
      {"'x'::\"char\"", text("x"), Type::text},
      {"''::\"char\"", text(""), Type::text},
      {"'literal'", text("literal"), Type::text},
      {"'<a>1</a>'::xml", text("<a>1</a>"), Type::text},
      {"''::bytea", {Bytes{}}, Type::bytes},
      {"'\\x00ff10'::bytea", {Bytes{{0x00, 0xff, 0x10}}}, Type::bytes},
      {"'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid",
       {Uuid{{0xa0, 0xee, 0xbc, 0x99, 0x9c, 0x0b, 0x4e, 0xf8, 0xbb, 0x6d, 0x6b, 0xb9, 0xbd, 0x38, 0x0a, 0x11}}},
       Type::uuid},
      {"B'10010'", text("10010"), Type::text},
      {"B''", text(""), Type::text},
      {"'101'::varbit", text("101"), Type::text},
  });
}

TEST(PostgresTypes, DatesAndTimes) {
  expect_values({
      {"'1970-01-01'::date", {Date{0}}, Type::date},
      {"'2000-01-01'::date", {Date{10957}}, Type::date},
      {"'4714-11-24 BC'::date", {Date{-2440588}}, Type::date},
      {"'5874897-12-31'::date", {Date{2145042905}}, Type::date},
      {"'00:00'::time", {TimeOfDay{0, 0}}, Type::time},
      {"'24:00'::time", {TimeOfDay{86400, 0}}, Type::time},
      {"'23:59:59.999999'::time", {TimeOfDay{86399, 999999000}}, Type::time},
      {"'12:00:00.5+02:30'::timetz", map({{"time", {TimeOfDay{43200, 500000000}}}, {"offset", integer(9000)}}),
       Type::map},
      {"'1969-12-31 23:59:59.000001'::timestamp", {Timestamp{-1, 1000}}, Type::timestamp},
      {"'2000-01-01 00:00:00'::timestamp", {Timestamp{946684800, 0}}, Type::timestamp},
      {"'2024-02-29 12:00:00.123456+01'::timestamptz", {TimestampTz{1709204400, 123456000}}, Type::timestamptz},
      {"'1 year -2 days 03:04:05.000006'::interval",
       map({{"days", integer(-2)}, {"months", integer(12)}, {"microseconds", integer(11045000006)}}), Type::map},
      {"'-0.5 s'::interval", map({{"days", integer(0)}, {"months", integer(0)}, {"microseconds", integer(-500000)}}),
       Type::map},
  });
}

TEST(PostgresTypes, InfiniteTimesAreRefusedByRowAndColumn) {
  for (const char* type : {"date", "timestamp", "timestamptz"}) {
    for (const char* sign : {"", "-"}) {
      const Error error = refusal_of(std::string{"SELECT CASE n WHEN 3 THEN '"} + sign + "infinity'::" + type +
                                     " END AS \"when\" FROM generate_series(1, 5) n");
      EXPECT_EQ(error.code, ErrorCode::unsupported_value) << type;
      EXPECT_EQ(error.row, 3U);
      EXPECT_EQ(error.column, "when");
      EXPECT_THAT(error.reason, testing::HasSubstr("infinite"));
    }
  }
}

TEST(PostgresTypes, JsonNumbersBeyondDoubleSurvive) {
  expect_values({
      {R"('{"b": [1, 2.50, null, true], "a": "x\u00e9\ud83d\ude00"}'::jsonb)",
       map({{"a", text("xé😀")}, {"b", list({integer(1), decimal("25", -1), kNull, {true}})}}), Type::any},
      {R"('{"b": 1e2, "a": {}}'::json)", map({{"a", map({})}, {"b", integer(100)}}), Type::any},
      {"'[0.1, 1e-400, 0.1234567890123456789012345678901234567890]'::jsonb",
       list({decimal("1", -1), decimal("1", -400), decimal("123456789012345678901234567890123456789", -39)}),
       Type::any},
      {"'1e400'::jsonb", {BigInteger{"1" + std::string(400, '0')}}, Type::any},  // as jsonb writes it
      {"'1e400'::json", decimal("1", 400), Type::any},
      {"'9007199254740993'::jsonb", integer(9007199254740993), Type::any},
      {"'123456789012345678901234567890'::jsonb", {BigInteger{"123456789012345678901234567890"}}, Type::any},
      {"'0.5'::jsonb", decimal("5", -1), Type::any},
      {"'2.0'::jsonb", integer(2), Type::any},
      {"'-0'::json", integer(0), Type::any},
      {"'1.5e-7'::json", decimal("15", -8), Type::any},
      {"'\"plain\"'::jsonb", text("plain"), Type::any},
      {"'false'::jsonb", {false}, Type::any},
      {"' [ ] '::json", list({}), Type::any},
      {R"('["\u0000\t\/"]'::json)", list({text(std::string{"\0\t/", 3})}), Type::any},
  });
}

TEST(PostgresTypes, JsonThatHasNoExactFormIsRefused) {
  const auto reason = [](const std::string& value) {
    const Error error = refusal_of("SELECT " + value + " AS j");
    EXPECT_EQ(error.row, 1U) << value;
    return error.column + ": " + error.reason;
  };
  EXPECT_THAT(reason("'null'::jsonb"), testing::StartsWith("j: a JSON null"));
  EXPECT_THAT(reason("' null'::json"), testing::StartsWith("j: a JSON null"));
  EXPECT_THAT(reason("ARRAY['1', 'null']::jsonb[]"), testing::StartsWith("j[1]: a JSON null"));
  EXPECT_THAT(reason(R"('{"a": {"x": 1, "x": 1}}'::json)"), testing::StartsWith("j.a: a JSON object in which a key"));
  EXPECT_THAT(reason(R"('[1, "\ud800"]'::json)"), testing::StartsWith("j[1]: JSON with half"));
  EXPECT_THAT(reason("'1e999999'::json"), testing::HasSubstr("exponent"));
  EXPECT_THAT(reason("(repeat('[', 65) || repeat(']', 65))::jsonb"), testing::HasSubstr("64 lists and maps"));
}

TEST(PostgresTypes, ListsAndMaps) {
  PostgresServer::shared().execute(R"(
    DROP SCHEMA IF EXISTS kinds CASCADE; CREATE SCHEMA kinds;
    CREATE TYPE kinds.mood AS ENUM ('sad', 'żal');
    CREATE TYPE kinds.pair AS (first int, "Second one" text);
    CREATE TYPE kinds.outer AS (z kinds.pair[], a kinds.mood);
    CREATE DOMAIN kinds.positive AS numeric CHECK (value > 0);
    CREATE DOMAIN kinds.ints AS int[];
    CREATE TABLE kinds.t (a int, gone int, b text); ALTER TABLE kinds.t DROP COLUMN gone;
    INSERT INTO kinds.t VALUES (1, 'x');)");
  const Value range = map({{"lower", integer(1)}, {"upper", integer(5)}, {"bounds", text("[)")}});
  expect_values({
      {"'żal'::kinds.mood", text("żal"), Type::text},
      {"ARRAY['sad']::kinds.mood[]", list({text("sad")}), Type::list},
      {"'{}'::int[]", list({}), Type::list},
      {"'{1,NULL,3}'::int[]", list({integer(1), kNull, integer(3)}), Type::list},
      {"'{{1,2},{3,4}}'::int[]", list({list({integer(1), integer(2)}), list({integer(3), integer(4)})}), Type::list},
      {"'{{{a},{b}}}'::text[]", list({list({list({text("a")}), list({text("b")})})}), Type::list},
      {"'{0.10,Infinity}'::numeric[]", list({decimal("1", -1), {std::numeric_limits<double>::infinity()}}), Type::list},
      {"('[0:1]={5,6}'::int[])[:]", list({integer(5), integer(6)}), Type::list},
      {"ROW(1, NULL)::kinds.pair", map({{"first", integer(1)}, {"Second one", kNull}}), Type::map},
      {"ROW(ARRAY[ROW(1, 'x')::kinds.pair, NULL], 'sad')::kinds.outer",
       map({{"a", text("sad")}, {"z", list({map({{"first", integer(1)}, {"Second one", text("x")}}), kNull})}}),
       Type::map},
      {"(SELECT t FROM kinds.t)", map({{"a", integer(1)}, {"b", text("x")}}), Type::map},
      {"0.5::kinds.positive", decimal("5", -1), Type::decimal},
      {"ARRAY[0.5]::kinds.positive[]", list({decimal("5", -1)}), Type::list},
      {"'{1,2}'::kinds.ints", list({integer(1), integer(2)}), Type::list},
      {"'[1,4]'::int4range", range, Type::map},
      {"'empty'::int4range", map({{"bounds", text("empty")}}), Type::map},
      {"'(,5)'::int8range", map({{"lower", kNull}, {"upper", integer(5)}, {"bounds", text("()")}}), Type::map},
      {"'(0.5,)'::numrange", map({{"lower", decimal("5", -1)}, {"upper", kNull}, {"bounds", text("()")}}), Type::map},
      {"'{[1,5),[7,9)}'::int4multirange",
       list({range, map({{"lower", integer(7)}, {"upper", integer(9)}, {"bounds", text("[)")}})}), Type::list},
      {"'{}'::int4multirange", list({}), Type::list},
  });
}

TEST(PostgresTypes, ArraysThatDoNotBeginAtOneAreRefused) {
  const Error error = refusal_of("SELECT '[0:1]={1,2}'::int[] AS a");
  EXPECT_EQ(error.code, ErrorCode::unsupported_value);
  EXPECT_EQ(error.column, "a");
  EXPECT_THAT(error.reason, testing::HasSubstr("begins at 0"));
}

TEST(PostgresTypes, NetworksAndMoney) {
  expect_values({
      {"'192.168.0.1'::inet", text("192.168.0.1"), Type::text},
      {"'192.168.0.1/24'::inet", text("192.168.0.1/24"), Type::text},
      {"'10/8'::cidr", text("10.0.0.0/8"), Type::text},
      {"'1.2.3.4/32'::cidr", text("1.2.3.4/32"), Type::text},
      {"'::ffff:1.2.3.4'::inet", text("::ffff:1.2.3.4"), Type::text},
      {"'2001:DB8:0:0:1::1/64'::inet", text("2001:db8::1:0:0:1/64"), Type::text},
      {"'08:00:2B:01:02:03'::macaddr", text("08:00:2b:01:02:03"), Type::text},
      {"'08:00:2b:01:02:03:04:05'::macaddr8", text("08:00:2b:01:02:03:04:05"), Type::text},
      {"'-12.34'::money", decimal("-1234", -2), Type::decimal},
      {"'92233720368547758.07'::money", decimal("9223372036854775807", -2), Type::decimal},
  });
}

TEST(PostgresTypes, NullIsNullInEveryType) {
  for (const char* type : {"bool", "int4", "numeric", "text", "bytea", "date", "timestamptz", "uuid", "jsonb", "int[]",
                           "interval", "int4range", "inet"}) {
    const auto rows = read_all(std::string{"SELECT NULL::"} + type + " AS x, 1 AS y");
    ASSERT_TRUE(rows) << type;
    EXPECT_EQ(rows->front(), (Row{{"y", integer(1)}})) << type;
  }
}

TEST(PostgresTypes, TypesWithoutAnExactFormAreRefusedBeforeTheFirstRow) {
  PostgresServer::shared().execute(
      "DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare;"
      "CREATE TYPE bare.holder AS (p point, i int);");
  for (const char* value :
       {"'(1,2)'::point", "'a b'::tsvector", "ROW(1, 2)", "'pg_class'::regclass", "'1 2'::int2vector",
        "ARRAY['(1,2)']::point[]", "ROW('(1,2)', 1)::bare.holder", "'0/0'::pg_lsn"}) {
    Reading reading{query(std::string{"SELECT 1 AS fine, "} + value + " AS odd")};
    ASSERT_FALSE(reading.opened) << value;
    EXPECT_EQ(reading.opened.error().code, ErrorCode::unsupported_value) << value;
    EXPECT_EQ(reading.opened.error().column, "odd");
    EXPECT_THAT(reading.opened.error().reason, testing::HasSubstr("::text")) << value;
  }
  EXPECT_THAT(refusal_of("SELECT '(1,2)'::point AS p").reason, testing::HasSubstr("the type point"));
}

/// An independent path: the text that the server itself writes, read by the forms of declared columns.
TEST(PostgresTypes, AgreeWithTheServersOwnText) {
  PostgresServer::shared().execute(R"(
    DROP TABLE IF EXISTS agree; CREATE TABLE agree AS
    SELECT n, ((random() - 0.5) * power(10, (random() * 60 - 30)::int))::numeric(100, 40) AS d,
           ((random() - 0.5) * power(2.0, 63))::int8 AS i,
           round((random() * 1e6)::numeric, (n % 9)::int) AS small,
           timestamp '0001-01-01' + random() * interval '9998 years' AS ts, date '0001-01-01' + (random() * 3650000)::int AS day,
           (random() - 0.5) * power(10, (random() * 600 - 300)::int) AS f, gen_random_uuid() AS u,
           time '00:00' + random() * interval '24 hours' AS t
    FROM generate_series(1, 5000) n;)");
  const auto values = read_all("SELECT d, i, small, ts, day, f, u, t FROM agree ORDER BY n");
  const Schema output{{{"d", Type::decimal},
                       {"i", Type::integer},
                       {"small", Type::decimal},
                       {"ts", Type::timestamp},
                       {"day", Type::date},
                       {"f", Type::floating},
                       {"u", Type::uuid},
                       {"t", Type::time}}};
  const auto texts =
      read_all(query("SELECT d::text, i::text, small::text, ts::text, day::text, f::text, u::text, t::text "
                     "FROM agree ORDER BY n",
                     {}, output));
  ASSERT_TRUE(values) << values.error().text();
  ASSERT_TRUE(texts) << texts.error().text();
  ASSERT_EQ(values->size(), 5000U);
  EXPECT_EQ(*values, *texts);
}

}  // namespace
}  // namespace rowprint::test
