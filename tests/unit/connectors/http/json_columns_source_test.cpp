#include "tests/support/faulty_disk.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/connectors/http/format_reading.hpp"

#include <gtest/gtest.h>
#include <filesystem>
#include <string>
#include <vector>

namespace rowprint::test {
namespace {

class JsonColumnsRefusal : public testing::TestWithParam<FormatRefusal> {};

std::string long_columns(std::size_t rows) {
  std::string a;
  std::string b;
  for (std::size_t i = 0; i < rows; ++i) {
    a += (i == 0 ? "" : " , ") + std::to_string(i);
    // Some values are longer than a buffer.
    b += (i == 0 ? "\"" : ",\"") + std::string(i % 1000 == 0 ? 90'000 : i % 7, 'x') + "\"";
  }
  return "{\"a\":[" + a + "],\"b\":[" + b + "]}";
}

}  // namespace

TEST(JsonColumnsSource, ValuesAtOnePlaceAreARow) {
  const std::string text = R"( { "a" : [ 1 , -2.5e1,null ] , "b\u0062":["x","\"]}\\",""],
    "c":[[1,[2]],{"k":[null]},true],"d":[null,null,null] } )";
  const std::string lines = R"({"a":1,"bb":"x","c":[1,[2]],"d":null}
{"a":-25.0,"bb":"\"]}\\","c":{"k":[null]},"d":null}
{"a":null,"bb":"","c":true,"d":null})";
  const auto expected = decode(lines);
  ASSERT_TRUE(expected);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, text.size()}) {
    const auto got = read(kJson, text, {}, [chunk] { return chunk; });
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(comparable(*got), comparable(*expected));
  }
}

TEST(JsonColumnsSource, NamesOfAllColumnsTogetherAreBounded) {
  const std::string half(kColumnNamesBytesMax / 2, 'n');
  ASSERT_TRUE(read(kJson, "{\"" + half + "\":[1],\"" + half.substr(1) + "\":[1],\"a\":[1]}"));
  const auto rows = read(kJson, "{\"" + half + "\":[1],\"" + half.substr(1) + "\":[1],\"ab\":[1]}");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(rows.error().reason, too_long_names());
}

TEST(JsonColumnsSource, WhoKeepsTheDiskIsAskedBeforeEachPiece) {
  const TemporaryFolder folder;
  int asked = 0;
  {
    RowsSpool spool{posix_disk(), folder.file("columns"), [&asked] {
                      return ++asked < 3 ? Result<void>{} : Result<void>{fail(ErrorCode::no_space, "the reserve")};
                    }};
    const auto format = make_rows_format(RowFormat::json, {}, {});
    ASSERT_TRUE(format);
    const auto source = make_rows_source(*format, std::make_unique<TextStream>(long_columns(100'000), 1U << 16U), {},
                                         {}, std::move(spool));
    const auto rows = wait(decoding_pool(), drain(*source));
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, ErrorCode::no_space);
    EXPECT_EQ(rows.error().reason, "the reserve");
    EXPECT_EQ(asked, 3);
  }
  EXPECT_TRUE(folder.is_empty());
}

TEST(JsonColumnsSource, ColumnOfNullsIsAColumn) {
  const auto source = source_of(kJson, R"({"a":[1],"n":[null]})");
  const auto summary = identity_of(*source);
  ASSERT_TRUE(summary);
  EXPECT_EQ(format_schema(summary->schema), "a=int, n=null");
}

TEST(JsonColumnsSource, NoColumnsOrNoValuesAreNoRows) {
  for (const char* text : {"{}", " { } ", R"({"a":[]})", R"({"a":[ ],"b":[
]})"}) {
    const auto rows = read(kJson, text);
    ASSERT_TRUE(rows) << rows.error().text();
    EXPECT_TRUE(rows->empty());
  }
}

TEST(JsonColumnsSource, ColumnsLongerThanAllBuffersGiveTheirRows) {
  const std::size_t count = 30'000;
  const auto source = source_of(kJson, long_columns(count));
  const auto summary = identity_of(*source);
  ASSERT_TRUE(summary) << summary.error().text();
  std::string lines;
  for (std::size_t i = 0; i < count; ++i) {
    lines += "{\"a\":" + std::to_string(i) + ",\"b\":\"" + std::string(i % 1000 == 0 ? 90'000 : i % 7, 'x') + "\"}\n";
  }
  const auto expected = identity_of(*source_of({RowFormat::ndjson}, lines));
  ASSERT_TRUE(expected);
  EXPECT_EQ(summary->sequence, expected->sequence);
  EXPECT_EQ(summary->rows, count);
}

TEST(JsonColumnsSource, ManyColumnsGiveTheirRows) {
  std::string columns;
  for (std::size_t i = 0; i < 1000; ++i) {
    columns += std::string{i == 0 ? "" : ","} + "\"c" + std::to_string(i) + "\":[" + std::to_string(i) + ",\"" +
               std::string(i, 'x') + "\"]";
  }
  const auto rows = read(kJson, "{" + columns + "}");
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->front().size(), 1000U);
}

TEST(JsonColumnsSource, NoPrefixOfAnObjectIsOne) {
  const std::string text = R"( {"a":[1,"x\"]"],"b":[{"k":[]},null]} )";
  ASSERT_TRUE(read(kJson, text));
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    const auto rows = read(kJson, text.substr(0, size));
    ASSERT_FALSE(rows) << text.substr(0, size);
    EXPECT_EQ(rows.error().code, ErrorCode::truncated) << text.substr(0, size);
    EXPECT_EQ(rows.error().offset, size);
  }
}

TEST(JsonColumnsSource, RowMayBeAsLongAsTheLimitAndNoLonger) {
  RowLimits limits;
  limits.row_bytes_max = 20;  // {"a":"xxx","b":"yy"}
  EXPECT_TRUE(read(kJson, R"({"a":["xxx"],"b":["yy"]})", limits));
  const auto rows = read(kJson, R"({"a":["xxx"],"b":["yyy"]})", limits);
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(rows.error().row, 1U);
  const auto endless = read(kJson, "{\"a\":[\"" + std::string(1000, 'x') + "\"]}", limits);
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(endless.error().offset, 6U);
}

TEST(JsonColumnsSource, FileIsThereWhileItIsReadAndGoneAfterwards) {
  const TemporaryFolder folder;
  {
    const auto source = make_rows_source({RowFormat::json, {}}, std::make_unique<TextStream>(R"({"a":[1,2]})"), {}, {},
                                         {posix_disk(), folder.file("columns")});
    EXPECT_TRUE(folder.is_empty());
    ASSERT_TRUE(wait(decoding_pool(), source->next()));
    EXPECT_TRUE(std::filesystem::exists(folder.file("columns")));
  }
  EXPECT_TRUE(folder.is_empty());
  for (const char* text : {R"({"a":[1,2],"b":[1]})", R"({"a":[1,2)", R"({"a":1})", R"({"a":[nul]})"}) {
    const auto source = make_rows_source({RowFormat::json, {}}, std::make_unique<TextStream>(text, std::size_t{3}), {},
                                         {}, {posix_disk(), folder.file("columns")});
    EXPECT_FALSE(wait(decoding_pool(), drain(*source)));
  }
  EXPECT_TRUE(folder.is_empty());
}

TEST(JsonColumnsSource, EveryFaultOfTheDiskIsAnErrorAndLeavesNothing) {
  const TemporaryFolder folder;
  for (const Fault fault : {Fault::io, Fault::no_space, Fault::short_write}) {
    std::uint64_t struck = 0;
    for (std::uint64_t operation = 1;; ++operation) {
      FaultyDisk disk{posix_disk()};
      disk.fail_at(operation, fault);
      Result<std::vector<Row>> rows;
      {
        const auto source = make_rows_source({RowFormat::json, {}}, std::make_unique<TextStream>(long_columns(3000)),
                                             {}, {}, {disk, folder.file("columns")});
        rows = wait(decoding_pool(), drain(*source));
        // To remove the file afterwards is an operation as well.
        disk.heal();
      }
      EXPECT_TRUE(folder.is_empty());
      if (!disk.has_struck()) {
        ASSERT_TRUE(rows) << rows.error().text();
        break;
      }
      ++struck;
      ASSERT_FALSE(rows) << disk.struck_operation();
      EXPECT_EQ(rows.error().code, fault == Fault::io ? ErrorCode::io : ErrorCode::no_space) << rows.error().text();
    }
    EXPECT_GT(struck, 1U);
  }
}

TEST_P(JsonColumnsRefusal, IsToldWithItsPlace) {
  ASSERT_NO_FATAL_FAILURE(expect_refused(RowFormat::json, GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Json, JsonColumnsRefusal,
    testing::Values(
        FormatRefusal{"Cut", R"({"a":[1)", 0, 7, "a", "the input ends before the object of columns does",
                      ErrorCode::truncated},
        FormatRefusal{"CutName", R"({"a)", 0, 3, "", "the input ends before the object of columns does",
                      ErrorCode::truncated},
        FormatRefusal{"NoArray", R"({"a":1})", 0, 5, "a", "a column must be an array of values"},
        FormatRefusal{"Row", R"({"a":"x"})", 0, 5, "a", "a column must be an array of values"},
        FormatRefusal{"Rows", "{\"a\":[1]}\n{\"a\":[2]}", 0, 10, "", "something after the object of columns"},
        FormatRefusal{"Duplicate", R"({"a":[1],"\u0061":[1]})", 0, 9, "a", "a column that stands there twice"},
        FormatRefusal{"EmptyName", R"({"":[1]})", 0, 1, "\"\"", "a column name is empty"},
        FormatRefusal{"NulInName", R"({"\u0000":[1]})", 0, 1, "\"\\u0000\"", "a column name holds a NUL"},
        FormatRefusal{"ControlInName", "{\"a\n\":[1]}", 0, 3, "", "a control character that is not escaped"},
        FormatRefusal{"InvalidUtf8InName", "{\"a\xff\":[1]}", 0, 3, "", "invalid UTF-8"},
        FormatRefusal{"EscapeInName", R"({"a\x":[1]})", 0, 3, "", "an escape that is not JSON's"},
        FormatRefusal{"NameNotInQuotes", "{a:[1]}", 0, 1, "", "not a column name in quotes"},
        FormatRefusal{"CommaBeforeEnd", R"({"a":[1],})", 0, 9, "", "not a column name in quotes"},
        FormatRefusal{"NoColon", R"({"a"[1]})", 0, 4, "a", "no colon after the key"},
        FormatRefusal{"NoComma", R"({"a":[1]"b":[1]})", 0, 8, "a", "neither a comma nor a closing brace"},
        FormatRefusal{"Unequal", R"({"a":[1,2],"b":[1,2,3,4],"c":[1,2]})", 3, 9, "a",
                      "columns of unequal length: 2 values in a, 4 in b"},
        FormatRefusal{"UnequalShorter", R"({"a":[1,2],"b":[1]})", 2, 17, "b",
                      "columns of unequal length: 1 values in b, 2 in a"},
        FormatRefusal{"UnequalEmpty", R"({"a":[],"b":[1]})", 1, 6, "a",
                      "columns of unequal length: 0 values in a, 1 in b"},
        FormatRefusal{"TrailingComma", R"({"a":[1,],"b":[1]})", 2, 8, "a", "no value after the comma"},
        FormatRefusal{"LeadingComma", R"({"a":[,1]})", 1, 6, "a", "not a JSON value"},
        FormatRefusal{"TwoCommas", R"({"a":[1,,2]})", 2, 8, "a", "not a JSON value"},
        FormatRefusal{"ValuesWithoutComma", R"({"a":[1 2]})", 2, 8, "a", "neither a comma nor a closing bracket"},
        FormatRefusal{"WrongBracket", R"({"a":[1}})", 2, 7, "a", "neither a comma nor a closing bracket"},
        FormatRefusal{"WrongWord", R"({"a":[1,2],"b":[1,nul]})", 2, 18, "b", "not a JSON value"},
        FormatRefusal{"LeadingZero", R"({"b":[1,2],"a":[1, 01]})", 2, 19, "a", "a number with a leading zero"},
        FormatRefusal{"Colon", R"({"a":[1:2]})", 1, 7, "a", "neither a comma nor a closing brace"},
        FormatRefusal{"DuplicateInside", R"({"a":[{"k":1,"k":2}]})", 1, 13, "a.k", "duplicate key \"k\""},
        FormatRefusal{"InvalidUtf8", "{\"a\":[\"x\xff\"]}", 1, 8, "a", "invalid UTF-8"},
        FormatRefusal{"BackslashOutside", R"({"a":[\x]})", 1, 6, "a", "not a JSON value"},
        FormatRefusal{"Declared",
                      R"({"a":["x"]})",
                      1,
                      6,
                      "a",
                      "not an int, as the column is declared",
                      ErrorCode::bad_input,
                      {},
                      "a=int"}),
    [](const auto& refusal) { return refusal.param.name; });

}  // namespace rowprint::test
