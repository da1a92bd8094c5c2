#include "tests/unit/connectors/sqlite/asking.hpp"

#include <limits>

namespace rowprint::sqlite_file::test {
namespace {

sql::Query with(std::string text, std::vector<sql::Parameter> parameters) {
  return {std::move(text), std::move(parameters), {}};
}

Result<Value> bound(const SqliteFile& file, std::optional<Type> type, std::optional<std::string> value) {
  return ask_value(file, with("SELECT :v AS v", {{"v", type, std::move(value)}}));
}

TEST(SqliteParameters, EachTypeHasItsStorageClass) {
  const SqliteFile file;
  EXPECT_EQ(*bound(file, Type::integer, "-9223372036854775808"), Value{std::numeric_limits<std::int64_t>::min()});
  EXPECT_EQ(*bound(file, Type::floating, "1"), Value{1.0});
  EXPECT_EQ(*bound(file, Type::floating, "-Infinity"), Value{-std::numeric_limits<double>::infinity()});
  EXPECT_EQ(*bound(file, Type::boolean, "true"), Value{std::int64_t{1}});
  EXPECT_EQ(*bound(file, Type::boolean, "false"), Value{std::int64_t{0}});
  EXPECT_EQ(*bound(file, Type::bytes, "AP8="), Value{(Bytes{{0x00, 0xff}})});
  EXPECT_EQ(*bound(file, Type::bytes, ""), Value{Bytes{}});
  EXPECT_EQ(*bound(file, Type::text, ""), Value{std::string{}});
  EXPECT_EQ(*bound(file, std::nullopt, "5"), Value{std::string{"5"}});
  for (const auto& [type, form] :
       std::vector<std::pair<Type, std::string>>{{Type::decimal, "1.50"},
                                                 {Type::date, "2024-02-29"},
                                                 {Type::time, "24:00:00"},
                                                 {Type::timestamp, "2024-02-29 12:00:00"},
                                                 {Type::timestamptz, "2024-02-29T12:00:00Z"},
                                                 {Type::uuid, "00112233-4455-6677-8899-AABBCCDDEEFF"}}) {
    const auto value = bound(file, type, form);
    ASSERT_TRUE(value) << value.error().text();
    EXPECT_EQ(*value, Value{form});
  }
}

TEST(SqliteParameters, NothingIsNullOfWhateverType) {
  const SqliteFile file;
  for (std::size_t type = 0; type < kTypes; ++type) {
    EXPECT_EQ(*bound(file, static_cast<Type>(type), std::nullopt), Value{});
  }
}

TEST(SqliteParameters, AValueNeverBecomesSql) {
  SqliteFile file;
  file.execute("CREATE TABLE t (v); INSERT INTO t VALUES ('a')");
  const auto rows = ask(file, with("SELECT v FROM t WHERE v = :v", {{"v", Type::text, "a' OR '1'='1"}}));
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_TRUE(rows->empty());
}

TEST(SqliteParameters, ANameMayStandInManyPlacesAndInQuotesItIsText) {
  const SqliteFile file;
  const auto value = ask_value(file, with("SELECT :a || ':b' || :a /* :c */ AS v -- :d", {{"a", Type::text, "x"}}));
  ASSERT_TRUE(value) << value.error().text();
  EXPECT_EQ(*value, Value{std::string{"x:bx"}});
}

TEST(SqliteParameters, ValuesThatAreNotOfTheirTypeAreRefusedByName) {
  const SqliteFile file;
  const std::vector<std::pair<Type, const char*>> all = {
      {Type::integer, "9223372036854775808"},
      {Type::integer, "1.0"},
      {Type::integer, ""},
      {Type::integer, "+1"},
      {Type::integer, "1 "},
      {Type::floating, "NaN"},
      {Type::floating, "1e400"},
      {Type::floating, "inf"},
      {Type::floating, "1e-400"},
      {Type::floating, "0x1"},
      {Type::boolean, "1"},
      {Type::bytes, "A"},
      {Type::text, "\xff"},
      {Type::decimal, "1,5"},
      {Type::date, "2024-02-30"},
      {Type::time, "x"},
      {Type::timestamp, "x"},
      {Type::timestamptz, "2024-01-01T00:00:00"},
      {Type::uuid, "x"},
      {Type::null, "x"},
      {Type::list, "[]"},
      {Type::map, "{}"},
      {Type::any, "1"},
  };
  for (const auto& [type, form] : all) {
    const auto value = bound(file, type, form);
    ASSERT_FALSE(value) << to_string(type) << " " << form;
    EXPECT_NE(value.error().reason.find("the parameter v"), std::string::npos) << value.error().reason;
  }
  EXPECT_EQ(bound(file, Type::integer, "9223372036854775808").error().code, ErrorCode::unsupported_value);
  EXPECT_EQ(bound(file, Type::floating, "NaN").error().code, ErrorCode::unsupported_value);
}

TEST(SqliteParameters, UnknownUnusedAndDoubledNamesAreRefused) {
  const SqliteFile file;
  const sql::Parameter a{"a", Type::integer, "1"};
  const sql::Parameter b{"b", Type::integer, "1"};
  EXPECT_EQ(refusal_of(file, with("SELECT :a + :b AS v", {a})).reason, "the query asks for :b, which has no value");
  EXPECT_EQ(refusal_of(file, with("SELECT :a AS v", {a, b})).reason, "the query does not use the parameter b");
  EXPECT_EQ(refusal_of(file, with("SELECT :a AS v", {a, a})).reason, "the parameter a is given twice");
  EXPECT_EQ(refusal_of(file, with("SELECT 1 AS v", {a})).reason, "the query does not use the parameter a");
}

TEST(SqliteParameters, OtherPlaceholdersAreRefused) {
  const SqliteFile file;
  for (const char* placeholder : {"?", "?1", "@a", "$a"}) {
    const Error error = refusal_of(file, with(std::string{"SELECT "} + placeholder + " AS v", {}));
    EXPECT_EQ(error.code, ErrorCode::bad_input);
    EXPECT_NE(error.reason.find("write :name"), std::string::npos) << error.reason;
  }
}

}  // namespace
}  // namespace rowprint::sqlite_file::test
