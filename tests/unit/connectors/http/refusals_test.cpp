#include "tests/unit/connectors/http/decoding.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace rowprint::test {
namespace {

struct Refusal {
  const char* name;
  std::string line;
  std::size_t offset;  ///< in the line
  std::string column;
  std::string reason;
  ErrorCode code = ErrorCode::bad_input;
  const char* declared = "";
};

std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
  return out << refusal.line;
}

std::string deep(std::size_t lists, const std::string& inner = "") {
  return "{\"a\":" + std::string(lists, '[') + inner + std::string(lists, ']') + "}";
}

std::vector<Refusal> grammar_refusals() {
  return {
      {"NotAnObject", "[1]", 0, "", "a row must be a JSON object"},
      {"Scalar", " 5", 1, "", "a row must be a JSON object"},
      {"Nonsense", "nonsense", 0, "", "a row must be a JSON object"},
      {"ByteOrderMarkLater", "\xef\xbb\xbf{}", 0, "", "a row must be a JSON object"},
      {"Cut", "{\"a\":1", 6, "a", "the line ends within the row"},
      {"CutAtKey", "{", 1, "", "the line ends within the row"},
      {"CutAtValue", "{\"a\":", 5, "a", "the line ends within the row"},
      {"CutString", "{\"a\":\"b", 5, "a", "a string that is not closed"},
      {"CutNested", "{\"a\":{}", 7, "a", "the line ends within the row"},
      {"TrailingComma", "{\"a\":1,}", 7, "", "not a column name in quotes"},
      {"LeadingComma", "{,}", 1, "", "not a column name in quotes"},
      {"NoComma", "{\"a\":1 \"b\":2}", 7, "a", "neither a comma nor a closing brace"},
      {"NoColon", "{\"a\" 1}", 5, "a", "no colon after the key"},
      {"TwoColons", "{\"a\":\"b\":1}", 8, "a", "neither a comma nor a closing brace"},
      {"NoValue", "{\"a\":,\"b\":1}", 5, "a", "not a JSON value"},
      {"TwoRows", "{\"a\":1} {\"a\":2}", 8, "", "something after the row"},
      {"ExtraBrace", "{\"a\":1}}", 7, "", "something after the row"},
      {"WrongBracket", "{\"a\":[1}", 7, "a[0]", "neither a comma nor a closing bracket"},
      {"WrongBrace", "{\"a\":{\"b\":1]}", 11, "a.b", "neither a comma nor a closing brace"},
      {"ListTrailingComma", "{\"a\":[1,]}", 8, "a[1]", "not a JSON value"},
      {"Word", "{\"a\":tru}", 5, "a", "not a JSON value"},
      {"WordTail", "{\"a\":nullx}", 9, "a", "neither a comma nor a closing brace"},
      {"NaNUnquoted", "{\"a\":NaN}", 5, "a", "not a JSON value"},
      {"SingleQuotes", "{'a':1}", 1, "", "not a column name in quotes"},
      {"Comment", "{\"a\":1/**/}", 6, "a", "neither a comma nor a closing brace"},
      {"LeadingZero", "{\"a\":01}", 5, "a", "a number with a leading zero"},
      {"NegativeLeadingZero", "{\"a\":-00}", 5, "a", "a number with a leading zero"},
      {"Plus", "{\"a\":+1}", 5, "a", "not a JSON value"},
      {"Minus", "{\"a\":-}", 6, "a", "a minus without digits"},
      {"PointEnd", "{\"a\":1.}", 7, "a", "a decimal point without digits behind it"},
      {"PointBegin", "{\"a\":.5}", 5, "a", "not a JSON value"},
      {"ExponentEnd", "{\"a\":1e+}", 8, "a", "an exponent without digits"},
      {"Hex", "{\"a\":0x1}", 6, "a", "neither a comma nor a closing brace"},
      {"NumberTail", "{\"a\":1\"b\"}", 6, "a", "neither a comma nor a closing brace"},
      {"Nul", std::string{"{\"a\":1\0}", 8}, 6, "a", "neither a comma nor a closing brace"},
      {"FormFeed", "{\"a\":\f1}", 5, "a", "not a JSON value"},
  };
}

std::vector<Refusal> text_refusals() {
  return {
      {"Control", "{\"a\":\"x\ty\"}", 7, "a", "a control character that is not escaped"},
      {"ControlInKey", "{\"a\x01\":1}", 3, "", "a control character that is not escaped"},
      {"BadEscape", "{\"a\":\"x\\q\"}", 7, "a", "an escape that is not JSON's"},
      {"ShortEscape", "{\"a\":\"\\u12\"}", 6, "a", "an escape that is not JSON's"},
      {"HighSurrogate", "{\"a\":\"x\\ud800\"}", 7, "a", "a lone surrogate"},
      {"HighSurrogatePair", "{\"a\":\"\\ud800\\ud800\"}", 6, "a", "a lone surrogate"},
      {"LowSurrogate", "{\"a\":\"\\udc00\"}", 6, "a", "a lone surrogate"},
      {"LowSurrogateInKey", "{\"\\udc00\":1}", 2, "", "a lone surrogate"},
      {"SurrogateNested", "{\"a\":[{\"b\":\"\\udfff\"}]}", 12, "a[0].b", "a lone surrogate"},
      {"Utf8Cut", "{\"a\":\"x\xc3\"}", 7, "a", "invalid UTF-8"},
      {"Utf8Overlong", "{\"a\":\"\xc0\xaf\"}", 6, "a", "invalid UTF-8"},
      {"Utf8Surrogate", "{\"a\":\"\xed\xa0\x80\"}", 6, "a", "invalid UTF-8"},
      {"Utf8TooLarge", "{\"a\":\"\xf4\x90\x80\x80\"}", 6, "a", "invalid UTF-8"},
      {"Utf8InKey", "{\"a\":1,\"\xff\":1}", 8, "", "invalid UTF-8"},
      {"Utf8Outside", "{\"a\":1}\xff", 7, "", "something after the row"},
      {"EmptyName", "{\"\":1}", 1, "\"\"", check_column_name("").error().reason},
      {"NulInName", "{\"a\\u0000\":1}", 1, "\"a\\u0000\"",
       check_column_name(std::string_view{"a\0", 2}).error().reason},
  };
}

std::vector<Refusal> value_refusals() {
  const std::string long_number(147'456, '9');
  return {
      {"Duplicate", "{\"a\":1,\"b\":2,\"a\":3}", 13, "a", "duplicate key \"a\""},
      {"DuplicateNull", "{\"a\":null,\"a\":3}", 10, "a", "duplicate key \"a\""},
      {"DuplicateEscaped", "{\"a\":1,\"\\u0061\":3}", 7, "a", "duplicate key \"a\""},
      {"DuplicateNested", "{\"a\":[{\"b\":{\"c\":1,\"d\":2,\"c\":null}}]}", 24, "a[0].b.c", "duplicate key \"c\""},
      {"DuplicateNestedEscaped", "{\"a\":{\"b\":1,\"\\u0062\":1}}", 12, "a.b", "duplicate key \"b\""},
      {"DuplicateNestedEmpty", "{\"a\":{\"\":1,\"\":1}}", 11, "a.\"\"", "duplicate key \"\""},
      {"DuplicateQuoted", "{\"a.b\":1,\"a.b\":1}", 9, "\"a.b\"", "duplicate key \"a.b\""},
      {"NamesTogether", "{\"a\":1,\"" + std::string(kColumnNamesBytesMax, 'k') + "\":2}", 7, "", too_long_names(),
       ErrorCode::limit_exceeded},
      {"Overflow", "{\"a\":1e309}", 5, "a", "a number beyond the range of a float", ErrorCode::unsupported_value},
      {"OverflowNegative", "{\"a\":-1e999999999999999999999}", 5, "a", "a number beyond the range of a float",
       ErrorCode::unsupported_value},
      {"OverflowLong", "{\"a\":" + std::string(400, '9') + ".0}", 5, "a", "a number beyond the range of a float",
       ErrorCode::unsupported_value},
      {"OverflowNested", "{\"a\":[1.0,1e400]}", 10, "a[1]", "a number beyond the range of a float",
       ErrorCode::unsupported_value},
      {"Underflow", "{\"a\":1e-400}", 5, "a", "a number that is not zero and that a float rounds to zero",
       ErrorCode::unsupported_value},
      {"UnderflowLong", "{\"a\":0." + std::string(400, '0') + "1}", 5, "a",
       "a number that is not zero and that a float rounds to zero", ErrorCode::unsupported_value},
      {"UnderflowNested", "{\"a\":{\"b\":-4e-9999}}", 10, "a.b",
       "a number that is not zero and that a float rounds to zero", ErrorCode::unsupported_value},
      {"Digits", "{\"a\":" + long_number + "}", 5, "a",
       std::string{hashing::describe(hashing::Refusal::too_many_digits)}, ErrorCode::limit_exceeded},
      {"DigitsNested", "{\"a\":[" + long_number + "]}", 6, "a[0]",
       std::string{hashing::describe(hashing::Refusal::too_many_digits)}, ErrorCode::limit_exceeded},
      {"Depth", deep(65), 69,
       "a" +
           [] {
             std::string path;
             for (int i = 0; i < 64; ++i) {
               path += "[0]";
             }
             return path;
           }(),
       "lists and maps nested more than 64 deep", ErrorCode::limit_exceeded},
  };
}

std::vector<Refusal> declared_refusals() {
  const std::string leap = "a leap second";
  return {
      {"Int", "{\"a\":1.0}", 5, "a", "not an int, as the column is declared", ErrorCode::bad_input, "a=int"},
      {"IntText", "{\"a\":\"1\"}", 5, "a", "not an int, as the column is declared", ErrorCode::bad_input, "a=int"},
      {"IntBool", "{\"a\":true}", 5, "a", "not an int, as the column is declared", ErrorCode::bad_input, "a=int"},
      {"Bool", "{\"a\":1}", 5, "a", "not a bool, as the column is declared", ErrorCode::bad_input, "a=bool"},
      {"Text", "{\"a\":1}", 5, "a", "not text, as the column is declared", ErrorCode::bad_input, "a=text"},
      {"TextMap", "{\"a\":{}}", 5, "a", "not text, as the column is declared", ErrorCode::bad_input, "a=text"},
      {"Null", "{\"a\":false}", 5, "a", "the column is declared null", ErrorCode::bad_input, "a=null"},
      {"List", "{\"a\":{}}", 5, "a", "not a list, as the column is declared", ErrorCode::bad_input, "a=list"},
      {"Map", "{\"a\":[]}", 5, "a", "not a map, as the column is declared", ErrorCode::bad_input, "a=map"},
      {"FloatText", "{\"a\":\"1.5\"}", 5, "a", "not a float, as the column is declared", ErrorCode::bad_input,
       "a=float"},
      {"FloatInexact", "{\"a\":9007199254740993}", 5, "a", "an integer beyond 2^53 in a float column",
       ErrorCode::unsupported_value, "a=float"},
      {"FloatHuge", "{\"a\":1" + std::string(400, '0') + "}", 5, "a", "an integer beyond 2^53 in a float column",
       ErrorCode::unsupported_value, "a=float"},
      {"Decimal", "{\"a\":\"1,5\"}", 5, "a", "not a decimal number", ErrorCode::bad_input, "a=decimal"},
      {"DecimalExponent", "{\"a\":\"1e131072\"}", 5, "a",
       std::string{hashing::describe(hashing::Refusal::exponent_out_of_range)}, ErrorCode::limit_exceeded, "a=decimal"},
      {"Bytes", "{\"a\":\"AQI\"}", 5, "a", "base64 whose length is not a multiple of four", ErrorCode::bad_input,
       "a=bytes"},
      {"Date", "{\"a\":\"2023-02-29\"}", 5, "a", "a day that its month does not have", ErrorCode::bad_input, "a=date"},
      {"Time", "{\"a\":\"12:00\"}", 5, "a", "not a time of day (HH:MM:SS)", ErrorCode::bad_input, "a=time"},
      {"TimeLeap", "{\"a\":\"23:59:60\"}", 5, "a", leap, ErrorCode::unsupported_value, "a=time"},
      {"Timestamp", "{\"a\":\"2023-01-01T00:00:00Z\"}", 5, "a", "text after the time stamp: it has no zone here",
       ErrorCode::bad_input, "a=timestamp"},
      {"TimestampTz", "{\"a\":\"2023-01-01T00:00:00\"}", 5, "a",
       "a time stamp without its offset from UTC (Z, +HH:MM, -HH:MM)", ErrorCode::bad_input, "a=timestamptz"},
      {"Picoseconds", "{\"a\":\"2023-01-01T00:00:00.0000000001Z\"}", 5, "a",
       "more than nine fractional digits: rp1 counts nanoseconds", ErrorCode::unsupported_value, "a=timestamptz"},
      {"Uuid", "{\"a\":\"0011\"}", 5, "a", "not a UUID (8-4-4-4-12 hexadecimal digits)", ErrorCode::bad_input,
       "a=uuid"},
      {"UuidNumber", "{\"b\":1,\"a\":7}", 11, "a", "not a UUID in text, as the column is declared",
       ErrorCode::bad_input, "a=uuid"},
  };
}

class Refusals : public testing::TestWithParam<Refusal> {};

std::string name_of(const testing::TestParamInfo<Refusal>& info) {
  return info.param.name;
}

}  // namespace

TEST_P(Refusals, NameRowOffsetColumnAndReason) {
  const Refusal& refusal = GetParam();
  const std::string before = "{\"z\":1}\n\r\n{\"z\":2}\n";
  const auto got = decode(before + refusal.line + "\n{\"z\":3}\n", schema_of(refusal.declared));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().reason, refusal.reason);
  EXPECT_EQ(got.error().code, refusal.code);
  EXPECT_EQ(got.error().row, 3U);
  EXPECT_EQ(got.error().offset, before.size() + refusal.offset);
  EXPECT_EQ(got.error().column, refusal.column);
}

INSTANTIATE_TEST_SUITE_P(Grammar, Refusals, testing::ValuesIn(grammar_refusals()), name_of);
INSTANTIATE_TEST_SUITE_P(Text, Refusals, testing::ValuesIn(text_refusals()), name_of);
INSTANTIATE_TEST_SUITE_P(Value, Refusals, testing::ValuesIn(value_refusals()), name_of);
INSTANTIATE_TEST_SUITE_P(Declared, Refusals, testing::ValuesIn(declared_refusals()), name_of);

TEST(Refusal, AByteOrderMarkIsNamed) {
  const auto got = decode("\xef\xbb\xbf{\"a\":1}\n");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().reason, "a byte order mark");
  EXPECT_EQ(got.error().row, 1U);
  EXPECT_EQ(got.error().offset, 0U);
}

TEST(Refusal, MoreColumnsThanTheLimitAreRefusedAtTheFirstTooMany) {
  NdjsonLimits limits;
  limits.batch.columns_max = 3;
  EXPECT_TRUE(decode("{\"a\":1,\"b\":1}\n{\"c\":1}\n{\"a\":1,\"b\":1,\"c\":1}\n", {}, limits));
  const auto got = decode("{\"a\":1,\"b\":1}\n{\"c\":1,\"d\":1}\n", {}, limits);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(got.error().reason, "more than 3 columns");
  EXPECT_EQ(got.error().row, 2U);
  EXPECT_EQ(got.error().offset, 21U);
  EXPECT_EQ(got.error().column, "d");
}

TEST(Refusal, WhatLiesJustWithinTheLimitsIsTaken) {
  EXPECT_TRUE(decode(deep(64)));
  EXPECT_TRUE(decode(deep(64, "1")));
  EXPECT_TRUE(decode("{\"a\":" + std::string(147'455, '9') + "}"));
  EXPECT_TRUE(decode("{\"a\":1.7976931348623157e308,\"b\":5e-324,\"c\":0e-999999,\"d\":-0.0e99}"));
  EXPECT_TRUE(
      decode("{\"a\":9007199254740992,\"b\":1e22,\"c\":-9007199254740992}", schema_of("a=float, b=float, c=float")));
  EXPECT_TRUE(decode("{\"a\":\"1e131071\",\"b\":\"1e-16383\"}", schema_of("a=decimal, b=decimal")));
}

}  // namespace rowprint::test
