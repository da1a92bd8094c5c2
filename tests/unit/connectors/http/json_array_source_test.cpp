#include "tests/unit/connectors/http/format_reading.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace rowprint::test {
namespace {

std::string random_space(Random& random) {
  std::string space;
  for (std::uint64_t size = random.chance(70) ? 0 : random.below(4); size > 0; --size) {
    space.push_back(random.pick({' ', '\n', '\r', '\t'}));
  }
  return space;
}

std::string random_array(Random& random, const std::vector<Row>& rows) {
  std::string text = random_space(random) + "[" + random_space(random);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += (i == 0 ? "" : random_space(random) + "," + random_space(random)) + random_json(random, rows[i]);
  }
  return text + random_space(random) + "]" + random_space(random);
}

class JsonArrayRefusal : public testing::TestWithParam<FormatRefusal> {};

}  // namespace

TEST(JsonArraySource, ElementsAreTheRowsThatTheyAreAsLines) {
  Random random{run_seed()};
  for (int round = 0; round < 300; ++round) {
    const std::vector<Row> rows = random_rows(random, {.json_only = true});
    std::string lines;
    for (const Row& row : rows) {
      lines += random_json(random, row) + "\n";
    }
    const auto expected = decode(lines);
    ASSERT_TRUE(expected) << expected.error().text();
    const std::string array = random_array(random, rows);
    const std::size_t chunk = 1 + random.below(60);
    const auto got = read(kJson, array, buffer_of(1 + random.below(200)), [chunk] { return chunk; });
    ASSERT_TRUE(got) << got.error().text() << "\n" << array;
    ASSERT_EQ(comparable(*got), comparable(*expected)) << array;
  }
}

TEST(JsonArraySource, RowMaySpanLines) {
  const auto rows = read(kJson, "\n[\n {\n  \"a\" : 1,\r\n\t\"b\" :\n[ 1 ,\n2 ]\n }\n,\n{\n}\n]\n");
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(comparable(rows->front()), comparable(*decode(R"({"a":1,"b":[1,2]})")).front());
}

TEST(JsonArraySource, EmptyArrayHasNoRows) {
  for (const char* text : {"[]", " [ ] ", "\n[\n]\n"}) {
    const auto rows = read(kJson, text);
    ASSERT_TRUE(rows) << rows.error().text();
    EXPECT_TRUE(rows->empty());
  }
}

TEST(JsonArraySource, NoPrefixOfAnArrayIsOne) {
  const std::string text = " [ {\"a\":\"x\\u00e9\\\"]\",\"b\":[{\"c\":true}]} ,{\"a\":-1.5e3}\n,{}, {\"d\":null} ]";
  ASSERT_TRUE(read(kJson, text));
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto rows = read(kJson, text.substr(0, size));
    ASSERT_FALSE(rows) << text.substr(0, size);
    EXPECT_EQ(rows.error().code, ErrorCode::truncated) << text.substr(0, size) << "\n" << rows.error().text();
    EXPECT_EQ(rows.error().offset, size);
    EXPECT_TRUE(rows.error().row);
  }
}

TEST(JsonArraySource, WhatIsWrongBeforeACutIsToldFirst) {
  const auto rows = read(kJson, R"([{"a":[1},{"b":2})");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().reason, "neither a comma nor a closing bracket");
  EXPECT_EQ(rows.error().offset, 8U);
}

TEST(JsonArraySource, RowMayBeAsLongAsTheLimitAndNoLonger) {
  RowLimits limits;
  limits.row_bytes_max = 40;
  for (const std::size_t read_bytes : {std::size_t{8}, std::size_t{64}, std::size_t{4096}}) {
    limits.read_bytes = read_bytes;
    const auto row = [](std::size_t size) { return "{\"a\":\"" + std::string(size - 8, 'x') + "\"}"; };
    EXPECT_TRUE(read(kJson, "[" + row(40) + "   ,  " + row(40) + "]", limits));
    for (const std::string& tail : {std::string{"]"}, std::string{}, std::string(200, ' ')}) {
      const auto rows = read(kJson, "[" + row(40) + "," + row(41) + tail, limits);
      ASSERT_FALSE(rows);
      EXPECT_EQ(rows.error().code, ErrorCode::limit_exceeded) << rows.error().text();
      EXPECT_EQ(rows.error().row, 2U);
      EXPECT_EQ(rows.error().offset, 42U);
    }
    const auto endless = read(kJson, "[{\"a\":[" + std::string(1000, '1'), limits);
    ASSERT_FALSE(endless);
    EXPECT_EQ(endless.error().code, ErrorCode::limit_exceeded);
  }
}

TEST(JsonArraySource, WhiteSpaceIsNoRowHoweverLong) {
  RowLimits limits;
  limits.row_bytes_max = 20;
  limits.read_bytes = 16;
  const std::string space(10'000, '\n');
  const auto rows = read(kJson, space + "[" + space + "{}" + space + "," + space + "{}" + space + "]" + space, limits);
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->size(), 2U);
}

TEST(JsonArraySource, RowsBeforeABreakAreHandedOutFirst) {
  Error broken;
  broken.code = ErrorCode::truncated;
  broken.reason = "the other side stopped";
  auto stream = std::make_unique<TextStream>("[{\"a\":1},{\"a\":2},{\"a\"");
  stream->break_with(broken);
  const auto source = make_rows_source({RowFormat::json, {}}, std::move(stream), {}, {}, {posix_disk(), spool_path()});
  const auto batch = wait(decoding_pool(), source->next());
  ASSERT_TRUE(batch);
  EXPECT_EQ((*batch)->rows(), 2U);
  const auto end = wait(decoding_pool(), source->next());
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().reason, broken.reason);
}

TEST_P(JsonArrayRefusal, IsToldWithItsPlace) {
  ASSERT_NO_FATAL_FAILURE(expect_refused(RowFormat::json, GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Json, JsonArrayRefusal,
    testing::Values(
        FormatRefusal{"Nothing", "", 0, 0, "", "the input ends before a JSON text begins", ErrorCode::truncated},
        FormatRefusal{"Blank", " \n ", 0, 3, "", "the input ends before a JSON text begins", ErrorCode::truncated},
        FormatRefusal{"Scalar", " 7", 0, 1, "", "neither an array of rows nor an object of columns"},
        FormatRefusal{"ByteOrderMark", "\xef\xbb\xbf[]", 0, 0, "", "a byte order mark"},
        FormatRefusal{"ByteOrderMarkLater", "[\xef\xbb\xbf]", 1, 1, "", "a row must be a JSON object"},
        FormatRefusal{"RowNoObject", "[{}, 1]", 2, 5, "", "a row must be a JSON object"},
        FormatRefusal{"RowIsAList", "[[]]", 1, 1, "", "a row must be a JSON object"},
        FormatRefusal{"LeadingComma", "[,{}]", 1, 1, "", "a row must be a JSON object"},
        FormatRefusal{"TwoCommas", "[{},,{}]", 2, 4, "", "a row must be a JSON object"},
        FormatRefusal{"TrailingComma", "[{},\n]", 2, 5, "", "no row after the comma"},
        FormatRefusal{"NoComma", "[{} {}]", 2, 4, "", "neither a comma nor a closing bracket after the row"},
        FormatRefusal{"WrongBracket", "[{}}", 2, 3, "", "neither a comma nor a closing bracket after the row"},
        FormatRefusal{"SomethingBehind", "[{}]\n[]", 2, 5, "", "something after the array"},
        FormatRefusal{"CommaBehind", "[],", 1, 2, "", "something after the array"},
        FormatRefusal{"Cut", "[{\"a\":1},", 2, 9, "", "the input ends before the array does", ErrorCode::truncated},
        FormatRefusal{"CutRow", "[{\"a\":[1,2", 1, 10, "a[1]", "the input ends within a row", ErrorCode::truncated},
        FormatRefusal{"Duplicate", "[{\"a\":1},\n{\"a\":1,\"\\u0061\":2}]", 2, 17, "a", "duplicate key \"a\""},
        FormatRefusal{"Control", "[{\"a\":\"x\ny\"}]", 1, 8, "a", "a control character that is not escaped"},
        FormatRefusal{"InvalidUtf8", "[{\"a\":\"x\xff\"}]", 1, 8, "a", "invalid UTF-8"},
        FormatRefusal{"MismatchedInside", "[{\"a\":{\"b\":1]}]", 1, 12, "a.b", "neither a comma nor a closing brace"},
        FormatRefusal{"BackslashOutside", "[{\"a\":\\\"x\"}]", 1, 6, "a", "not a JSON value"},
        FormatRefusal{"Declared",
                      "[{\"a\":\"x\"}]",
                      1,
                      6,
                      "a",
                      "not an int, as the column is declared",
                      ErrorCode::bad_input,
                      {},
                      "a=int"}),
    [](const auto& refusal) { return refusal.param.name; });

}  // namespace rowprint::test
