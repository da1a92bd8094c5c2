#include "tests/unit/connectors/memory/reading.hpp"

#include <chrono>
#include <map>
#include <stdexcept>

namespace rowprint {
namespace {

struct Refused {
  ErrorCode code;
  std::optional<std::uint64_t> row;
  std::string column;
  bool operator==(const Refused&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Refused& refused) {
  return out << to_string(refused.code) << " row " << refused.row.value_or(0) << " column " << refused.column;
}
Refused refused(Source& source) {
  const Error error = test::refusal_of(source);
  EXPECT_FALSE(error.reason.empty());
  return {error.code, error.row, error.column};
}

/// The refusal of the second of two values, the first of which is good.
template <typename T>
Refused second_refused(T good, T bad) {
  auto source = read_values(column("c", std::vector<T>{std::move(good), std::move(bad)}));
  return refused(source);
}

TEST(Refusal, TextThatIsNotUtf8NamesRowAndColumn) {
  const Refused expected{ErrorCode::bad_input, 2, "c"};
  EXPECT_EQ(second_refused<std::string>("ok", "\xED\xA0\x80"), expected);
  EXPECT_EQ(second_refused<const char*>("ok", "\xFF"), expected);
  EXPECT_EQ(second_refused<std::optional<std::string>>("ok", "\xC0\x80"), expected);
  EXPECT_EQ(second_refused<Value>({std::string{"ok"}}, {std::string{"\xFF"}}), expected);
}

TEST(Refusal, NestedValuesNameTheirPath) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(second_refused<Texts>({"ok"}, {"ok", "\xFF"}), (Refused{ErrorCode::bad_input, 2, "c[1]"}));
  using Lists = std::map<std::string, Texts>;
  EXPECT_EQ(second_refused<Lists>({}, {{"k", {"\xFF"}}}), (Refused{ErrorCode::bad_input, 2, "c.k[0]"}));
}

TEST(Refusal, TimesOutOfRange) {
  using namespace std::chrono_literals;
  namespace chrono = std::chrono;
  const Refused expected{ErrorCode::bad_input, 2, "c"};
  EXPECT_EQ(second_refused<TimeOfDay>({}, {86'400, 1}), expected);
  EXPECT_EQ(second_refused<TimeOfDay>({}, {-1, 0}), expected);
  EXPECT_EQ(second_refused<chrono::milliseconds>(0ms, -1ms), expected);
  EXPECT_EQ(second_refused<chrono::hours>(24h, 25h), expected);
  EXPECT_EQ(second_refused<Timestamp>({}, {0, 1'000'000'000}), expected);
  EXPECT_EQ(second_refused<TimestampTz>({}, {0, 1'000'000'000}), expected);
  EXPECT_EQ(second_refused(chrono::year{2024} / 2 / 29, chrono::year{2023} / 2 / 29), expected);
  using Centuries = chrono::sys_time<chrono::duration<std::int64_t, std::ratio<3'155'695'200>>>;
  EXPECT_EQ(second_refused(Centuries{}, Centuries::max()), expected);
}

TEST(Refusal, DigitsThatAreNone) {
  const Refused malformed{ErrorCode::bad_input, 2, "c"};
  EXPECT_EQ(second_refused<BigInteger>({"1"}, {"1e5"}), malformed);
  EXPECT_EQ(second_refused<BigInteger>({"1"}, {""}), malformed);
  EXPECT_EQ(second_refused<Decimal>({"1", 0}, {"0x1", 0}), malformed);
  EXPECT_EQ(second_refused<Decimal>({"1", 0}, {"1", 200'000}), (Refused{ErrorCode::limit_exceeded, 2, "c"}));
}

TEST(Refusal, TwoEqualKeys) {
  EXPECT_EQ(second_refused<Map>({}, {{{"k", {true}}, {"k", {Null{}}}}}), (Refused{ErrorCode::bad_input, 2, "c"}));
  using Multi = std::multimap<std::string, int>;
  EXPECT_EQ(second_refused<Multi>({}, {{"k", 1}, {"k", 1}}), (Refused{ErrorCode::bad_input, 2, "c"}));
  auto twice = read_records(std::vector<Record>{{{"a", {true}}}, {{"b", {Null{}}}, {"b", {true}}}});
  EXPECT_EQ(refused(twice), (Refused{ErrorCode::bad_input, 2, "b"}));
  auto with_null = read_records(std::vector<Record>{{{"b", {true}}, {"b", {Null{}}}}});
  EXPECT_EQ(refused(with_null), (Refused{ErrorCode::bad_input, 1, "b"}));
}

struct Chain {
  std::vector<Chain> next;
  static constexpr auto rowprint_members = members(member("next", &Chain::next));
};

Chain chain(int links) {
  Chain head;
  for (int i = 1; i < links; ++i) {
    head = Chain{{std::move(head)}};
  }
  return head;
}

Value nested_lists(int lists) {
  Value value{std::int64_t{1}};
  for (int i = 0; i < lists; ++i) {
    value = Value{List{{value}}};
  }
  return value;
}

TEST(Refusal, BeginsAtTheSixtyFifthListOrMap) {
  auto deepest = read_values(column("c", std::vector<Value>{nested_lists(64)}));
  EXPECT_TRUE(test::read_all(deepest));
  EXPECT_EQ(second_refused<Value>({}, nested_lists(65)).code, ErrorCode::limit_exceeded);
  // A link is a map and the list in it.
  auto links = read_values(column("c", std::vector<Chain>{chain(32)}));
  EXPECT_TRUE(test::read_all(links));
  const Refused error = second_refused(chain(32), chain(33));
  EXPECT_EQ(error.code, ErrorCode::limit_exceeded);
  EXPECT_EQ(error.row, 2U);
  EXPECT_TRUE(error.column.starts_with("c.next[0].next[0]")) << error.column;
}

TEST(Refusal, ColumnNamesThatAreNone) {
  for (const std::string& name : {std::string{}, std::string{"a\0b", 3}, std::string{"\xFF"}}) {
    auto values = read_values(column(name, std::vector<int>{1}));
    EXPECT_EQ(test::refusal_of(values).code, ErrorCode::bad_input);
    auto records = read_records(std::vector<Record>{{}, {{name, {true}}}});
    const Refused error = refused(records);
    EXPECT_EQ(error.code, ErrorCode::bad_input);
    EXPECT_EQ(error.row, 2U);
  }
}

TEST(Refusal, ValuesThatADeclaredColumnDoesNotTake) {
  const ReadOptions options{.declared = {{{"f", Type::floating}, {"d", Type::date}}}};
  auto beyond = read_records(std::vector<Record>{{{"f", {(std::int64_t{1} << 53) + 1}}}}, options);
  EXPECT_EQ(refused(beyond), (Refused{ErrorCode::bad_input, 1, "f"}));
  auto text = read_records(std::vector<Record>{{}, {{"d", {std::string{"2020-01-01"}}}}}, options);
  EXPECT_EQ(refused(text), (Refused{ErrorCode::bad_input, 2, "d"}));
  auto clash = read_values(options, column("d", std::vector<int>{1}));
  EXPECT_EQ(test::refusal_of(clash).column, "d");
}

TEST(Refusal, MoreColumnsThanTheLimit) {
  const ReadOptions options{.limits = {.columns_max = 1}};
  auto source = read_records(std::vector<Record>{{{"a", {true}}}, {{"b", {true}}}}, options);
  EXPECT_EQ(test::refusal_of(source).code, ErrorCode::limit_exceeded);
}

Generator<Record> breaks_after(int rows) {
  for (int i = 0; i < rows; ++i) {
    const Record row{{"n", {std::int64_t{i}}}};
    co_yield row;
  }
  throw std::runtime_error{"the sensor fell off"};
}

TEST(Refusal, WhatTheRangeThrowsIsAnErrorWithItsWordsAndRow) {
  auto source = read_records(breaks_after(2));
  const Error error = test::refusal_of(source);
  EXPECT_EQ(error.code, ErrorCode::cancelled);
  EXPECT_EQ(error.row, 3U);
  EXPECT_NE(error.reason.find("the sensor fell off"), std::string::npos);
}

}  // namespace
}  // namespace rowprint
