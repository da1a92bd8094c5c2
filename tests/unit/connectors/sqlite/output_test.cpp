#include "tests/unit/connectors/sqlite/asking.hpp"

#include <cmath>
#include <limits>

namespace rowprint::sqlite_file::test {
namespace {

Result<Value> ask_as(const SqliteFile& file, const std::string& expression, Type type) {
  return ask_value(file, {"SELECT " + expression + " AS v", {}, Schema{{{"v", type}}}});
}

struct Taken {
  const char* expression;
  Type type;
  Value value;
};

TEST(SqliteOutput, EachTypeTakesItsForms) {
  const SqliteFile file;
  const Uuid uuid{{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}};
  const std::vector<Taken> all = {
      {"0", Type::boolean, {false}},
      {"1", Type::boolean, {true}},
      {"-7", Type::integer, {std::int64_t{-7}}},
      {"'18446744073709551616'", Type::integer, {BigInteger{"18446744073709551616"}}},
      {"'-5'", Type::integer, {std::int64_t{-5}}},
      {"1.5", Type::floating, {1.5}},
      {"9007199254740992", Type::floating, {9007199254740992.0}},
      {"'-Infinity'", Type::floating, {-std::numeric_limits<double>::infinity()}},
      {"'0.10'", Type::decimal, {Decimal{"1", -1}}},
      {"5", Type::decimal, {Decimal{"5", 0}}},
      {"'1e400'", Type::decimal, {Decimal{"1", 400}}},
      {"'x'", Type::text, {std::string{"x"}}},
      {"x'0001'", Type::bytes, {Bytes{{0, 1}}}},
      {"'1970-01-02'", Type::date, {Date{1}}},
      {"'00:00:01.5'", Type::time, {TimeOfDay{1, 500'000'000}}},
      {"datetime(60, 'unixepoch')", Type::timestamp, {Timestamp{60, 0}}},
      {"'1970-01-01T01:00:00+01:00'", Type::timestamptz, {TimestampTz{0, 0}}},
      {"'00112233-4455-6677-8899-aabbccddeeff'", Type::uuid, {uuid}},
      {"x'00112233445566778899aabbccddeeff'", Type::uuid, {uuid}},
      {"'x'", Type::any, {std::string{"x"}}},
      {"2.5", Type::any, {2.5}},
      {"x'00'", Type::any, {Bytes{{0}}}},
      {"NULL", Type::null, {Null{}}},
      {"NULL", Type::date, {Null{}}},
  };
  for (const Taken& taken : all) {
    const auto value = ask_as(file, taken.expression, taken.type);
    ASSERT_TRUE(value) << taken.expression << ": " << value.error().text();
    EXPECT_TRUE(rowprint::test::reads_back_as(taken.value, taken.type, *value))
        << taken.expression << " as " << to_string(taken.type) << ": " << rowprint::test::describe(*value);
  }
}

TEST(SqliteOutput, ATextMaySayNaNWhichSqliteHasNot) {
  const SqliteFile file;
  const auto value = ask_as(file, "'NaN'", Type::floating);
  ASSERT_TRUE(value) << value.error().text();
  EXPECT_TRUE(std::isnan(std::get<double>(value->held)));
}

struct Refused {
  const char* expression;
  Type type;
  ErrorCode code;
  const char* reason;
};

TEST(SqliteOutput, EverythingElseIsRefusedWithRowColumnAndValue) {
  const SqliteFile file;
  constexpr auto kBad = ErrorCode::bad_input;
  constexpr auto kUnsupported = ErrorCode::unsupported_value;
  const std::vector<Refused> all = {
      {"2", Type::boolean, kBad, "the integer 2 is no bool: a bool is the INTEGER 0 or 1"},
      {"'true'", Type::boolean, kBad, "the text 'true' is no bool: a bool is the INTEGER 0 or 1"},
      {"1.0", Type::integer, kBad, "the float 1.0 is no int"},
      {"'1.0'", Type::integer, kBad, "the text '1.0' is no int"},
      {"' 1'", Type::integer, kBad, "the text ' 1' is no int"},
      {"9007199254740993", Type::floating, kUnsupported, "the integer 9007199254740993 is no float"},
      {"'1.5'", Type::floating, kBad, "the text '1.5' is no float"},
      {"0.1", Type::decimal, kBad, "the float 0.1 is no decimal: a REAL has lost what was written"},
      {"'12,50'", Type::decimal, kBad, "the text '12,50' is no decimal: not a decimal number"},
      {"'1e131072'", Type::decimal, ErrorCode::limit_exceeded, "the text '1e131072' is no decimal"},
      {"1", Type::text, kBad, "the integer 1 is no text"},
      {"x'41'", Type::text, kBad, "the blob x'41' (1 bytes) is no text"},
      {"'41'", Type::bytes, kBad, "the text '41' is no bytes: bytes are a BLOB"},
      {"'2024-02-30'", Type::date, kBad, "the text '2024-02-30' is no date"},
      {"19000", Type::date, kBad, "the integer 19000 is no date"},
      {"'25:00:00'", Type::time, kBad, "the text '25:00:00' is no time"},
      {"'2024-01-01'", Type::timestamp, kBad, "the text '2024-01-01' is no timestamp"},
      {"'2024-01-01T00:00:00'", Type::timestamptz, kBad, "the text '2024-01-01T00:00:00' is no timestamptz"},
      {"'2016-12-31T23:59:60Z'", Type::timestamptz, kUnsupported, "the text '2016-12-31T23:59:60Z' is no timestamptz"},
      {"x'00'", Type::uuid, kBad, "the blob x'00' (1 bytes) is no uuid: a UUID is a BLOB of 16 bytes"},
      {"'x'", Type::uuid, kBad, "the text 'x' is no uuid"},
      {"5", Type::null, kBad, "the integer 5 is no null"},
      {"printf('%.50c', 'x')", Type::date, kBad, "…' (50 bytes) is no date"},
      {"zeroblob(50)", Type::date, kBad, "the blob x'0000000000000000000000000000000000000000…' (50 bytes)"},
      {"char(27) || 'x'", Type::date, kBad, "the text '?x' is no date"},
  };
  for (const Refused& refused : all) {
    const auto value = ask_as(file, refused.expression, refused.type);
    ASSERT_FALSE(value) << refused.expression << " as " << to_string(refused.type);
    EXPECT_EQ(value.error().code, refused.code) << refused.expression;
    EXPECT_NE(value.error().reason.find(refused.reason), std::string::npos) << value.error().reason;
    EXPECT_EQ(value.error().row, 1U);
    EXPECT_EQ(value.error().column, "v");
  }
}

TEST(SqliteOutput, AValueIsShortenedBetweenItsCharacters) {
  const SqliteFile file;
  // 39 bytes, then characters of three.
  const auto value = ask_as(file, "printf('%.39c', 'x') || '\xE2\x82\xAC\xE2\x82\xAC'", Type::date);
  ASSERT_FALSE(value);
  EXPECT_NE(value.error().reason.find(std::string(39, 'x') + "…' (45 bytes)"), std::string::npos);
}

TEST(SqliteOutput, OnlyTheNamedColumnsAreHeld) {
  const SqliteFile file;
  const sql::Query query{"SELECT 1 AS a, 1 AS b", {}, Schema{{{"b", Type::boolean}}}};
  auto source = open_query(file, query);
  ASSERT_TRUE(source) << source.error().text();
  EXPECT_EQ((*source)->declared(), query.output);
  const auto rows = wait(workers(), drain(**source));
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->front(), (Row{{"a", {std::int64_t{1}}}, {"b", {true}}}));
}

TEST(SqliteOutput, AColumnThatIsNotThereIsRefusedByName) {
  const SqliteFile file;
  const Error error = refusal_of(file, sql::Query{"SELECT 1 AS a", {}, Schema{{{"b", Type::integer}}}});
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_EQ(error.column, "b");
}

TEST(SqliteOutput, ListsAndMapsAreRefusedBeforeTheFirstRow) {
  const SqliteFile file;
  for (const Type type : {Type::list, Type::map}) {
    const auto source = open_query(file, {"SELECT NULL AS a", {}, Schema{{{"a", type}}}});
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().column, "a");
  }
}

}  // namespace
}  // namespace rowprint::sqlite_file::test
