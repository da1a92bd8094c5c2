#include "tests/unit/connectors/memory/reading.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <list>
#include <map>
#include <unordered_map>

namespace rowprint {
namespace {

using namespace std::chrono_literals;
namespace chrono = std::chrono;

/// The type that a column of Ts declares, and the value that one of it becomes.
template <typename T>
void expect(const T& given, Type type, const Value& expected) {
  const std::vector<T> values{given};
  auto source = read_values(column("c", values));
  EXPECT_EQ(source.declared(), (Schema{{{"c", type}}}));
  const auto rows = test::read_all(source);
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->size(), 1U);
  if (std::holds_alternative<Null>(expected.held)) {
    EXPECT_TRUE(rows->front().empty());
    return;
  }
  ASSERT_EQ(rows->front().size(), 1U);
  EXPECT_EQ(rows->front().front().second, expected) << test::describe(rows->front().front().second);
}

TEST(Form, IntegersOfEveryWidth) {
  expect<std::int8_t>(-128, Type::integer, {std::int64_t{-128}});
  expect<std::int16_t>(-32768, Type::integer, {std::int64_t{-32768}});
  expect<std::uint16_t>(65535, Type::integer, {std::int64_t{65535}});
  expect<int>(std::numeric_limits<int>::min(), Type::integer, {std::int64_t{std::numeric_limits<int>::min()}});
  expect<unsigned>(4294967295U, Type::integer, {std::int64_t{4294967295}});
  expect<long long>(std::numeric_limits<long long>::min(), Type::integer, {std::numeric_limits<std::int64_t>::min()});
  expect<std::uint64_t>(9223372036854775807U, Type::integer, {std::int64_t{9223372036854775807}});
  expect<std::uint64_t>(9223372036854775808U, Type::integer, {BigInteger{"9223372036854775808"}});
  expect<std::uint64_t>(18446744073709551615U, Type::integer, {BigInteger{"18446744073709551615"}});
}

TEST(Form, BigIntegersAndDecimals) {
  expect(BigInteger{"-123456789012345678901234567890"}, Type::integer, {BigInteger{"-123456789012345678901234567890"}});
  expect(BigInteger{"0042"}, Type::integer, {std::int64_t{42}});
  expect(Decimal{"150", -2}, Type::decimal, {Decimal{"15", -1}});
  expect(Decimal{"500", -2}, Type::decimal, {Decimal{"5", 0}});
}

TEST(Form, FloatsAreExactAndKeepTheirType) {
  expect(0.1, Type::floating, {0.1});
  expect(0.1F, Type::floating, {static_cast<double>(0.1F)});
  expect(5.0, Type::floating, {5.0});
  expect(std::numeric_limits<double>::infinity(), Type::floating, {std::numeric_limits<double>::infinity()});
}

TEST(Form, BoolTextBytesUuid) {
  expect(std::string{"na\xC3\xAFve \0 text", 12}, Type::text, {std::string{"na\xC3\xAFve \0 text", 12}});
  expect(std::string_view{""}, Type::text, {std::string{}});
  expect<const char*>("literal", Type::text, {std::string{"literal"}});
  expect<const char*>(nullptr, Type::text, {Null{}});
  expect(std::vector<std::uint8_t>{0, 255}, Type::bytes, {Bytes{{0, 255}}});
  expect(std::vector<std::byte>{std::byte{7}}, Type::bytes, {Bytes{{7}}});
  expect(std::array<std::uint8_t, 2>{1, 2}, Type::bytes, {Bytes{{1, 2}}});
  expect(Bytes{{1, 2, 3}}, Type::bytes, {Bytes{{1, 2, 3}}});
  const Uuid uuid{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
  expect(uuid, Type::uuid, {uuid});

  const std::vector<bool> flags{true, false};
  auto source = read_values(column("c", flags));
  EXPECT_EQ(source.declared(), (Schema{{{"c", Type::boolean}}}));
  const auto rows = test::read_all(source);
  EXPECT_EQ(*rows, (std::vector<test::Row>{{{"c", {true}}}, {{"c", {false}}}}));
}

TEST(Form, Dates) {
  expect(Date{-1}, Type::date, {Date{-1}});
  expect(chrono::year{2000} / 2 / 29, Type::date, {Date{11016}});
  expect(chrono::sys_days{chrono::year{1969} / 12 / 31}, Type::date, {Date{-1}});
  expect(chrono::local_days{chrono::year{1970} / 1 / 2}, Type::date, {Date{1}});
}

TEST(Form, TimesOfDay) {
  expect(TimeOfDay{86'400, 0}, Type::time, {TimeOfDay{86'400, 0}});
  expect(chrono::hh_mm_ss{13h + 5min + 7s + 8ms}, Type::time, {TimeOfDay{47'107, 8'000'000}});
  expect(chrono::nanoseconds{1}, Type::time, {TimeOfDay{0, 1}});
  expect(chrono::hours{24}, Type::time, {TimeOfDay{86'400, 0}});
}

TEST(Form, TimestampsWithAndWithoutZone) {
  expect(Timestamp{-5, 6}, Type::timestamp, {Timestamp{-5, 6}});
  expect(chrono::local_seconds{61s}, Type::timestamp, {Timestamp{61, 0}});
  expect(chrono::local_time<chrono::milliseconds>{-1ms}, Type::timestamp, {Timestamp{-1, 999'000'000}});
  expect(TimestampTz{5, 6}, Type::timestamptz, {TimestampTz{5, 6}});
  expect(chrono::sys_seconds{-61s}, Type::timestamptz, {TimestampTz{-61, 0}});
  expect(chrono::sys_time<chrono::nanoseconds>{-1ns}, Type::timestamptz, {TimestampTz{-1, 999'999'999}});
  expect(chrono::system_clock::time_point{1500ms}, Type::timestamptz, {TimestampTz{1, 500'000'000}});
  expect(chrono::sys_time<chrono::hours>{1h}, Type::timestamptz, {TimestampTz{3600, 0}});
}

TEST(Form, NullsOfEveryKind) {
  expect(Null{}, Type::null, {Null{}});
  expect(std::monostate{}, Type::null, {Null{}});
  expect(std::optional<int>{}, Type::integer, {Null{}});
  expect(std::optional<std::string>{"x"}, Type::text, {std::string{"x"}});
  expect(std::optional<chrono::sys_days>{}, Type::date, {Null{}});
}

TEST(Form, ListsAndMapsOfStaticTypesAreThoseOfValues) {
  expect(std::vector<int>{1, -2}, Type::list, {List{{{std::int64_t{1}}, {std::int64_t{-2}}}}});
  expect(std::list<std::optional<double>>{0.5, {}}, Type::list, {List{{{0.5}, {Null{}}}}});
  expect(std::vector<std::vector<bool>>{{true}}, Type::list, {List{{{List{{{true}}}}}}});
  expect(std::vector<int>{}, Type::list, {List{}});
  expect(std::map<std::string, int>{{"bb", 1}, {"a", 2}}, Type::map,
         {Map{{{"a", {std::int64_t{2}}}, {"bb", {std::int64_t{1}}}}}});
  expect(std::unordered_map<std::string, std::vector<std::string>>{{"k", {"v"}}}, Type::map,
         {Map{{{"k", {List{{{std::string{"v"}}}}}}}}});
  expect(List{{{true}, {Null{}}}}, Type::list, {List{{{true}, {Null{}}}}});
  expect(Map{{{"k", {Date{3}}}}}, Type::map, {Map{{{"k", {Date{3}}}}}});
}

TEST(Form, NumbersInsideListsAreReduced) {
  expect(std::vector<double>{1.0, -0.0, 0.5}, Type::list, {List{{{std::int64_t{1}}, {std::int64_t{0}}, {0.5}}}});
  expect(std::vector<std::uint64_t>{18446744073709551615U}, Type::list, {List{{{BigInteger{"18446744073709551615"}}}}});
}

struct Address {
  std::string street;
  std::optional<int> number;
};
consteval auto rowprint_members(const Address*) {
  return members(member("street", &Address::street), member("number", &Address::number));
}

TEST(Form, AStructInsideARowIsAMapThatKeepsItsNulls) {
  expect(Address{"High", {}}, Type::map, {Map{{{"number", {Null{}}}, {"street", {std::string{"High"}}}}}});
  expect(std::vector<Address>{{"A", 1}}, Type::list,
         {List{{{Map{{{"number", {std::int64_t{1}}}, {"street", {std::string{"A"}}}}}}}}});
}

struct Node {
  int id = 0;
  std::vector<Node> children;
  static constexpr auto rowprint_members = members(member("id", &Node::id), member("children", &Node::children));
};

TEST(Form, AStructMayHoldItself) {
  expect(Node{1, {Node{2, {}}}}, Type::map,
         {Map{{{"id", {std::int64_t{1}}},
               {"children", {List{{{Map{{{"id", {std::int64_t{2}}}, {"children", {List{}}}}}}}}}}}}});
}

}  // namespace
}  // namespace rowprint
