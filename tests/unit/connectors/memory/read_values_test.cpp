#include "tests/unit/connectors/memory/reading.hpp"

#include <chrono>

namespace rowprint {
namespace {

TEST(ReadValues, ColumnsStandSideBySide) {
  const std::vector<int> ids{1, 2};
  const std::vector<std::optional<std::string>> words{"one", {}};
  auto source = read_values(column("id", ids), column("word", words));
  EXPECT_EQ(source.declared(), (Schema{{{"id", Type::integer}, {"word", Type::text}}}));
  const auto rows = test::read_all(source);
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(*rows, (std::vector<test::Row>{{{"id", {std::int64_t{1}}}, {"word", {std::string{"one"}}}},
                                           {{"id", {std::int64_t{2}}}}}));
}

TEST(ReadValues, HaveTheFingerprintOfTheSameRows) {
  const std::vector<int> ids{1, 2, 3};
  const std::vector<Value> mixed{{true}, {Null{}}, {0.5}};
  auto columns = read_values(column("id", ids), column("mixed", mixed));
  auto records = read_records(std::vector<Record>{{{"mixed", {true}}, {"id", {std::int64_t{1}}}},
                                                  {{"id", {std::int64_t{2}}}},
                                                  {{"id", {std::int64_t{3}}}, {"mixed", {0.5}}}});
  const auto expected = test::summary_of(records);
  EXPECT_EQ(test::summary_of(columns).sequence, expected.sequence);
  EXPECT_EQ(expected.schema.find("mixed")->type, Type::any);
}

TEST(ReadValues, ColumnsOfDifferentLengthAreRefusedBeforeAnyRow) {
  const std::vector<int> ids{1, 2};
  const std::vector<bool> flags{true};
  auto source = read_values(column("id", ids), column("flag", flags));
  const Error error = test::refusal_of(source);
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_EQ(error.column, "flag");
  EXPECT_EQ(error.row, std::nullopt);
}

Generator<int> numbers_to(int last) {
  for (int i = 1; i <= last; ++i) {
    co_yield i;
  }
}

TEST(ReadValues, AStreamThatEndsEarlierIsRefusedWithItsRow) {
  auto shorter = read_values(column("a", numbers_to(3)), column("b", numbers_to(2)));
  Error error = test::refusal_of(shorter);
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_EQ(error.column, "b");
  EXPECT_EQ(error.row, 3U);
  auto longer = read_values(column("a", numbers_to(2)), column("b", numbers_to(3)));
  error = test::refusal_of(longer);
  EXPECT_EQ(error.column, "b");
  EXPECT_EQ(error.row, 3U);
}

TEST(ReadValues, StreamsAndListsMayStandSideBySide) {
  const std::vector<double> halves{0.5, 1.0};
  auto source = read_values(column("n", numbers_to(2)), column("half", halves));
  EXPECT_EQ(test::summary_of(source).rows, 2U);
}

TEST(ReadValues, OwnRvaluesAndCanBeReadAgain) {
  auto source = read_values(column("t", std::vector<std::string>{"a", "b"}));
  const auto first = test::summary_of(source);
  source.rewind();
  EXPECT_EQ(test::summary_of(source).sequence, first.sequence);
}

TEST(ReadValues, TwoColumnsOfOneNameAreRefused) {
  const std::vector<int> ids{1};
  auto source = read_values(column("id", ids), column("id", ids));
  const Error error = test::refusal_of(source);
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_EQ(error.column, "id");
}

TEST(ReadValues, EmptyColumnsKeepTheirTypes) {
  auto source = read_values(column("t", std::vector<std::chrono::sys_seconds>{}), column("l", std::vector<List>{}));
  const auto summary = test::summary_of(source);
  EXPECT_EQ(summary.rows, 0U);
  EXPECT_EQ(summary.schema, (Schema{{{"t", Type::timestamptz}, {"l", Type::list}}}));
}

}  // namespace
}  // namespace rowprint
