#include "tests/unit/connectors/http/format_reading.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace rowprint::test {
namespace {

FormatOptions options(std::initializer_list<std::pair<const char*, const char*>> given) {
  FormatOptions options;
  for (const auto& [name, value] : given) {
    options.at(name) = value;
  }
  return options;
}

/// Delimited text holds what NDJSON under a schema does.
void expect_same(const std::string& csv, const FormatOptions& how, const std::string& schema, const std::string& lines,
                 const std::string& lines_schema, RowFormat format = RowFormat::csv) {
  const auto expected = decode(lines, schema_of(lines_schema));
  ASSERT_TRUE(expected) << expected.error().text();
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{3}, csv.size() + 1}) {
    for (const std::size_t read_bytes : {std::size_t{1}, std::size_t{9}, std::size_t{4096}}) {
      const auto got = read({format, how, schema}, csv, buffer_of(read_bytes), [chunk] { return chunk; });
      ASSERT_TRUE(got) << got.error().text();
      ASSERT_EQ(comparable(*got), comparable(*expected)) << testing::PrintToString(csv);
    }
  }
}

class CsvRefusal : public testing::TestWithParam<FormatRefusal> {};

}  // namespace

TEST(CsvSource, EveryFieldIsTextUnlessSaid) {
  expect_same("a,b\r\n007,\r\ntrue,1.0\r\n", {}, "", R"({"a":"007","b":""}
{"a":"true","b":"1.0"})",
              "");
}

TEST(CsvSource, QuotedFieldsHoldWhatPlainOnesCannot) {
  expect_same("\"a\"\"b\",c\n\"x,y\",\"1\r\n2\"\n\"\"\"\",\"\"\n é ,  \n", {}, "",
              R"({"a\"b":"x,y","c":"1\r\n2"}
{"a\"b":"\"","c":""}
{"a\"b":" é ","c":"  "})",
              "");
}

TEST(CsvSource, LastLineEndIsOptional) {
  for (const char* end : {"", "\n", "\r\n"}) {
    expect_same(std::string{"a,b\n1,2\r\n3,"} + end, {}, "", R"({"a":"1","b":"2"}
{"a":"3","b":""})",
                "");
    expect_same(std::string{"a\n\"x\""} + end, {}, "", R"({"a":"x"})", "");
    expect_same(std::string{"a"} + end, {}, "", "", "");
  }
}

TEST(CsvSource, EmptyLineIsARecordOfOneEmptyField) {
  expect_same("a\n\n\nx\n\n", {}, "", R"({"a":""}
{"a":""}
{"a":"x"}
{"a":""})",
              "");
  expect_same("a\n\nx\n", options({{"null", ""}}), "", "{\"a\":null}\n{\"a\":\"x\"}", "");
}

TEST(CsvSource, NullIsWhatIsDeclaredAndNeverQuoted) {
  expect_same("a,b\nNA,\"NA\"\n,x\n", options({{"null", "NA"}}), "", R"({"a":null,"b":"NA"}
{"a":"","b":"x"})",
              "");
  expect_same("a,b\n,\"\"\n", options({{"null", ""}}), "", R"({"a":null,"b":""})", "");
}

TEST(CsvSource, ColumnsWithoutAHeaderAreTheDeclaredOnes) {
  expect_same("1,x\n2,y\n", options({{"header", "absent"}}), "n=int,t=text", R"({"n":1,"t":"x"}
{"n":2,"t":"y"})",
              "n=int,t=text");
  expect_same("", options({{"header", "absent"}}), "n=int", "", "n=int");
}

TEST(CsvSource, HeaderMayNameColumnsInAnyOrderAndLeaveDeclaredOnesOut) {
  expect_same("z,b\nx,2\n", {}, "a=int,b=int", R"({"b":2,"z":"x"})", "a=int,b=int");
}

TEST(CsvSource, DialectIsWhatIsSaid) {
  expect_same("a;b\n'x;'';y';\"\n", options({{"delimiter", ";"}, {"quote", "'"}}), "", R"({"a":"x;';y","b":"\""})", "");
  expect_same("a|b\n\"x|y\"\n", options({{"delimiter", "|"}, {"quote", "none"}}), "", R"({"a":"\"x","b":"y\""})", "");
}

TEST(CsvSource, TabSeparatedValuesHaveNoQuotes) {
  expect_same("a\tb\n\"x\"\ty,z\n\t\n", {}, "", R"({"a":"\"x\"","b":"y,z"}
{"a":"","b":""})",
              "", RowFormat::tsv);
  expect_same("a\tb\n\"x\ty\"\t1\n", options({{"quote", "\""}}), "", R"({"a":"x\ty","b":"1"})", "", RowFormat::tsv);
}

TEST(CsvSource, DeclaredColumnsTakeTheFormsOfTheirType) {
  const std::string schema =
      "i=int,f=float,d=decimal,b=bool,t=text,y=bytes,da=date,ti=time,ts=timestamp,tz=timestamptz,u=uuid,n=null";
  const std::string csv =
      "i,f,d,b,t,y,da,ti,ts,tz,u,n\n"
      "12345678901234567890123,1.5e3,1.50,true,5,AAE=,2024-02-29,12:30:00.5,2024-01-01T00:00:00,"
      "2024-01-01T02:00:00+02:00,00112233-4455-6677-8899-aabbccddeeff,~\n"
      "-0,7,1e131071,false,,,-0001-12-31,24:00:00,2024-01-01 00:00:00,1969-12-31T23:59:59.5Z,"
      "\"00112233-4455-6677-8899-AABBCCDDEEFF\",~\n"
      "\"5\",NaN,-Infinity,\"true\",\"~\",\"\",~,~,~,~,~,~\n"
      "~,-Infinity,5,~,~,~,~,~,~,~,~,~\n";
  const std::string lines =
      R"({"i":12345678901234567890123,"f":1500.0,"d":"1.5","b":true,"t":"5","y":"AAE=","da":"2024-02-29",)"
      R"("ti":"12:30:00.5","ts":"2024-01-01T00:00:00","tz":"2024-01-01T00:00:00Z",)"
      R"("u":"00112233-4455-6677-8899-aabbccddeeff"})"
      "\n"
      R"({"i":0,"f":7.0,"d":"1e131071","b":false,"t":"","y":"","da":"-0001-12-31","ti":"24:00:00",)"
      R"("ts":"2024-01-01T00:00:00","tz":"1969-12-31T23:59:59.5Z","u":"00112233-4455-6677-8899-aabbccddeeff"})"
      "\n"
      R"({"i":5,"f":"NaN","d":"-Infinity","b":true,"t":"~","y":""})"
      "\n"
      R"({"f":"-Infinity","d":"5"})";
  expect_same(csv, options({{"null", "~"}}), schema, lines, schema);
}

TEST(CsvSource, InferredFieldsAreWhatTheyLookLike) {
  expect_same(
      "v\n1\n-5\n007\n1.50\n1e3\ntrue\nTRUE\n\n\"1\"\nNaN\n+1\n.5\n 1\n-\n1e400\n12345678901234567890\n-0\n0x1\n",
      options({{"infer", "true"}}), "", R"({"v":1}
{"v":-5}
{"v":"007"}
{"v":1.5}
{"v":1000.0}
{"v":true}
{"v":"TRUE"}
{"v":""}
{"v":"1"}
{"v":"NaN"}
{"v":"+1"}
{"v":".5"}
{"v":" 1"}
{"v":"-"}
{"v":"1e400"}
{"v":12345678901234567890}
{"v":0}
{"v":"0x1"})",
      "");
  expect_same("a,b\n1,1\n2,x\n", {}, "a=any", R"({"a":1,"b":"1"}
{"a":2,"b":"x"})",
              "");
  expect_same("a,b\n1,1\n", options({{"infer", "true"}}), "a=text", R"({"a":"1","b":1})", "");
}

TEST(CsvSource, InferredTypesWidenAsThoseOfJsonDo) {
  const auto source = source_of({RowFormat::csv, options({{"infer", "true"}, {"null", ""}})},
                                "i,f,b,t,m,n\n1,1,true,x,1,\n2,2.5,false,y,x,\n,,,,,\n");
  const auto summary = identity_of(*source);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(format_schema(summary->schema), "i=int, f=float, b=bool, t=text, m=any, n=null");
}

TEST(CsvSource, RowMayBeAsLongAsTheLimitAndNoLonger) {
  RowLimits limits;
  limits.row_bytes_max = 20;
  for (const std::size_t read_bytes : {std::size_t{1}, std::size_t{16}, std::size_t{4096}}) {
    limits.read_bytes = read_bytes;
    for (const char* end : {"\n", "\r\n", ""}) {
      const std::string longest(20, 'x');
      EXPECT_TRUE(read({RowFormat::csv}, "a\n" + longest + "\n" + longest + end, limits)) << read_bytes;
      for (const std::string& row : {longest + "x", "\"" + longest + "\"", "\"" + longest + longest}) {
        const auto rows = read({RowFormat::csv}, "a\n" + longest + "\n" + row + end, limits);
        ASSERT_FALSE(rows);
        ASSERT_EQ(rows.error().reason, "the row is longer than 20 bytes") << row;
        EXPECT_EQ(rows.error().code, ErrorCode::limit_exceeded);
        EXPECT_EQ(rows.error().row, 2U);
        EXPECT_EQ(rows.error().offset, 23U);
      }
    }
  }
}

TEST(CsvSource, ColumnsAreBounded) {
  RowLimits limits;
  limits.batch.columns_max = 2;
  EXPECT_TRUE(read({RowFormat::csv}, "a,b\n1,2\n", limits));
  const FormatRefusal refusal{"", "a,b,c\n1,2,3\n", 0, 4, "", "more than 2 columns", ErrorCode::limit_exceeded};
  ASSERT_NO_FATAL_FAILURE(expect_refused(RowFormat::csv, refusal, limits));
}

// A record ends with its line or with the input: so a prefix is whole where its last record has all fields, and no
// other way.
TEST(CsvSource, PrefixIsATextOfItsOwnExactlyWhereItsLastRecordIsWhole) {
  const std::string text = "a,b\r\n1,\"x\"\"\"\r\n22,y\r\n";
  std::string clean;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    clean.push_back(read({RowFormat::csv}, text.substr(0, size)) ? 'y' : '.');
  }
  EXPECT_EQ(clean, ".y.y.y.y..y.y.y..yy.y");
}

TEST_P(CsvRefusal, IsToldWithItsPlace) {
  ASSERT_NO_FATAL_FAILURE(expect_refused(RowFormat::csv, GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Csv, CsvRefusal,
    testing::Values(
        FormatRefusal{"NoHeader", "", 0, 0, "", "the input ends before its header", ErrorCode::truncated},
        FormatRefusal{"ByteOrderMark",
                      "\xef\xbb\xbf"
                      "a\n1\n",
                      0, 0, "", "a byte order mark"},
        FormatRefusal{"EmptyName", "a,,b\n", 0, 2, "\"\"", "a column name is empty"},
        FormatRefusal{"DuplicateName", "a,\"a\"\n", 0, 2, "a", "a column name that stands twice in the header"},
        FormatRefusal{"DuplicateDeclared",
                      "b,a,b\n",
                      0,
                      4,
                      "b",
                      "a column name that stands twice in the header",
                      ErrorCode::bad_input,
                      {},
                      "a=int,b=int"},
        FormatRefusal{"TooFew", "a,b,c\n1,2,3\n1,2\n", 2, 15, "c", "too few fields: 2 where there are 3 columns"},
        FormatRefusal{"EmptyLine", "a,b\n1,2\n\n", 2, 8, "b", "too few fields: 1 where there are 2 columns"},
        FormatRefusal{"TooMany", "a,b\n1,2,\n", 1, 8, "", "too many fields: more than the 2 columns"},
        FormatRefusal{"BehindQuote", "a,b\n1,\"x\" \n", 1, 9, "b",
                      "something between the closing quote and the end of the field"},
        FormatRefusal{"QuoteInside", "a,b\n1,x\"y\"\n", 1, 7, "b",
                      "a quote within a field that does not begin with one"},
        FormatRefusal{"QuoteBehindBlank", "a\n \"x\"\n", 1, 3, "a",
                      "a quote within a field that does not begin with one"},
        FormatRefusal{"Open", "a,b\n1,\"x\n2,y\n", 1, 6, "b", "the input ends within a field in quotes",
                      ErrorCode::truncated},
        FormatRefusal{"OpenDoubled", "a\n\"x\"\"", 1, 2, "a", "the input ends within a field in quotes",
                      ErrorCode::truncated},
        FormatRefusal{"ReturnAlone", "a,b\n1,x\ry\n", 1, 7, "b",
                      "a carriage return without a line feed, not in quotes"},
        FormatRefusal{"ReturnAtEnd", "a\nx\r", 1, 3, "a", "a carriage return without a line feed, not in quotes"},
        FormatRefusal{"Nul", std::string{"a,b\n1,x\0\n", 9}, 1, 7, "b", "a NUL"},
        FormatRefusal{"NulInQuotes", std::string{"a\n\"\0\"\n", 6}, 1, 3, "a", "a NUL"},
        FormatRefusal{"InvalidUtf8", "a,b\n1,2\n\xff,2\n", 2, 8, "a", "invalid UTF-8"},
        FormatRefusal{"InvalidUtf8InHeader", "a,\xc3\n", 0, 2, "", "invalid UTF-8"},
        FormatRefusal{"LeadingZero",
                      "a\n007\n",
                      1,
                      2,
                      "a",
                      "not an int, as the column is declared",
                      ErrorCode::bad_input,
                      {},
                      "a=int"},
        FormatRefusal{"EmptyInt",
                      "a,b\n,1\n",
                      1,
                      4,
                      "a",
                      "not an int, as the column is declared",
                      ErrorCode::bad_input,
                      {},
                      "a=int"},
        FormatRefusal{"FloatForInt",
                      "a\n1.0\n",
                      1,
                      2,
                      "a",
                      "not an int, as the column is declared",
                      ErrorCode::bad_input,
                      {},
                      "a=int"},
        FormatRefusal{"QuotedNull", "a\n\"NA\"\n", 1, 2, "a", "not an int, as the column is declared",
                      ErrorCode::bad_input, options({{"null", "NA"}}), "a=int"},
        FormatRefusal{"Bool",
                      "a\nTrue\n",
                      1,
                      2,
                      "a",
                      "not a bool, as the column is declared",
                      ErrorCode::bad_input,
                      {},
                      "a=bool"},
        FormatRefusal{"Overflow",
                      "a\n1e400\n",
                      1,
                      2,
                      "a",
                      "a number beyond the range of a float",
                      ErrorCode::unsupported_value,
                      {},
                      "a=float"},
        FormatRefusal{
            "NullColumn", "a\nx\n", 1, 2, "a", "the column is declared null", ErrorCode::bad_input, {}, "a=null"}),
    [](const auto& refusal) { return refusal.param.name; });

}  // namespace rowprint::test
