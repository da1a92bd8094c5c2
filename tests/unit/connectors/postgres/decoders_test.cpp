#include "tests/support/random.hpp"
#include "tests/support/values.hpp"
#include "tests/unit/connectors/postgres/decoding_values.hpp"

#include <gmock/gmock.h>
#include <limits>

/// Binary values of PostgreSQL, byte by byte, those that no server sends included.
namespace rowprint::test {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t kBool = 16;
constexpr std::uint32_t kInt8 = 20;
constexpr std::uint32_t kInt4 = 23;
constexpr std::uint32_t kText = 25;
constexpr std::uint32_t kDate = 1082;
constexpr std::uint32_t kTime = 1083;
constexpr std::uint32_t kTimestamp = 1114;
constexpr std::uint32_t kInterval = 1186;
constexpr std::uint32_t kNumeric = 1700;
constexpr std::uint32_t kJsonb = 3802;
constexpr std::uint32_t kInet = 869;
constexpr int kMinus = 0x4000;

void expect_corrupt(const Result<Value>& value) {
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, ErrorCode::corrupt);
}

TEST(PostgresDecoders, NumericsAreTheirDigits) {
  EXPECT_EQ(decode(kNumeric, numeric({}, 0)), decimal("0", 0));
  EXPECT_EQ(decode(kNumeric, numeric({}, 0, 0, 5)), decimal("0", 0));
  EXPECT_EQ(decode(kNumeric, numeric({1, 5000}, 0, 0, 2)), decimal("15", -1));
  EXPECT_EQ(decode(kNumeric, numeric({1}, -2, kMinus)), decimal("-1", -8));
  EXPECT_EQ(decode(kNumeric, numeric({1}, 2)), decimal("100000000", 0));
  EXPECT_EQ(decode(kNumeric, numeric({9999, 9999, 9999, 9999}, -1)), decimal("9999999999999999", -16));
  EXPECT_EQ(decode(kNumeric, numeric({1844, 6744, 737, 955, 1616}, 4)), decimal("18446744073709551616", 0));
  EXPECT_EQ(decode(kNumeric, numeric({1}, 32767)), decimal("1", 131068));
}

TEST(PostgresDecoders, ShortAndLongNumericsAreEncodedAlike) {
  Random random{run_seed()};
  for (int i = 0; i < 2000; ++i) {
    const auto groups = 1 + random.below(4);
    const int weight = static_cast<int>(random.below(9)) - 5;
    Sent sent;
    sent.number(static_cast<std::int16_t>(groups)).number(static_cast<std::int16_t>(weight));
    const bool minus = random.below(2) == 0;
    sent.number(static_cast<std::uint16_t>(minus ? kMinus : 0)).number(std::uint16_t{0});
    std::string digits = minus ? "-" : "";
    for (std::uint64_t group = 0; group < groups; ++group) {
      const auto value = random.below(3) == 0 ? random.below(100) * 100 : random.below(10000);
      sent.number(static_cast<std::uint16_t>(value));
      const std::string text = std::to_string(value);
      digits += std::string(4 - text.size(), '0') + text;
    }
    const std::int64_t exponent = 4 * (weight - static_cast<std::int64_t>(groups) + 1);
    BatchBuilder builder;
    const auto expected = to_cell(Value{Decimal{digits, exponent}}, builder);
    ASSERT_TRUE(expected);
    EXPECT_EQ(decode(kNumeric, sent), to_value(*expected)) << digits << "e" << exponent;
  }
}

TEST(PostgresDecoders, NumericsThatNoServerSendsAreNoValues) {
  expect_corrupt(decode(kNumeric, numeric({10000}, 0)));
  expect_corrupt(decode(kNumeric, numeric({1}, 0, 0x1234)));
  expect_corrupt(decode(kNumeric, numeric({1, 2}, 0).cut(11)));
  expect_corrupt(decode(kNumeric, numeric({1}, 0).text("x")));
}

TEST(PostgresDecoders, TimesBeforeTheEpochCountForward) {
  EXPECT_EQ(decode(kTimestamp, Sent{}.number(std::int64_t{-1})), (Value{Timestamp{946684799, 999999000}}));
  EXPECT_EQ(decode(kDate, Sent{}.number(std::int32_t{-10957})), (Value{Date{0}}));
  EXPECT_EQ(decode(kTime, Sent{}.number(std::int64_t{86'400'000'000})), (Value{TimeOfDay{86400, 0}}));
  expect_corrupt(decode(kTime, Sent{}.number(std::int64_t{86'400'000'001})));
  expect_corrupt(decode(kTime, Sent{}.number(std::int64_t{-1})));
}

TEST(PostgresDecoders, InfinitiesHaveNoForm) {
  using Limits64 = std::numeric_limits<std::int64_t>;
  using Limits32 = std::numeric_limits<std::int32_t>;
  for (const std::int64_t value : {Limits64::min(), Limits64::max()}) {
    EXPECT_EQ(decode(kTimestamp, Sent{}.number(value)).error().code, ErrorCode::unsupported_value);
  }
  for (const std::int32_t value : {Limits32::min(), Limits32::max()}) {
    EXPECT_EQ(decode(kDate, Sent{}.number(value)).error().code, ErrorCode::unsupported_value);
  }
  const Sent endless = Sent{}.number(Limits64::max()).number(Limits32::max()).number(Limits32::max());
  EXPECT_EQ(decode(kInterval, endless).error().code, ErrorCode::unsupported_value);
}

TEST(PostgresDecoders, TextThatIsNotUtf8IsRefused) {
  EXPECT_EQ(decode(kText, bytes_of("żółw")), Value{std::string{"żółw"}});
  for (const char* text : {"\xff", "abcdefgh\xff", "abcdefg\xc3", "\xed\xa0\x80"}) {
    EXPECT_EQ(decode(kText, bytes_of(text)).error().code, ErrorCode::unsupported_value) << text;
  }
}

TEST(PostgresDecoders, ValuesOfAnotherSizeAreNoValues) {
  for (const std::uint32_t oid : {kBool, kInt8, kInt4, kDate, kTime, kTimestamp, kInterval, kInet, kJsonb, 700U, 701U,
                                  18U, 790U, 829U, 1266U, 1560U, 2950U, 5069U}) {
    expect_corrupt(decode(oid, Sent{}));
    expect_corrupt(decode(oid, bytes_of("\x02\x03three")));
  }
}

TEST(PostgresDecoders, JsonIsReadStrictly) {
  const auto jsonb = [](std::string_view json) { return decode(kJsonb, Sent{}.number(std::uint8_t{1}).text(json)); };
  EXPECT_EQ(jsonb(" [1 , {\"a\" :-0.0}] "), (Value{List{{integer(1), {Map{{{"a", integer(0)}}}}}}}));
  for (const char* json : {"", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "01", "1.", "1e", "-", "+1", "\"\\x\"",
                           "\"\\u12\"", "\"open", "[1", "tru", "1 2", "[1}", "{\"a\":1,}"}) {
    EXPECT_FALSE(jsonb(json)) << json;
  }
  expect_corrupt(decode(kJsonb, Sent{}.number(std::uint8_t{2}).text("1")));
}

TEST(PostgresDecoders, JsonRefusalsCarryTheirPath) {
  const auto json = [](std::string_view text) { return decode(114, bytes_of(text)); };
  const auto refused = json(R"({"a": [1, {"b": "\udc00"}]})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().column, ".a[1].b");
}

postgres::ValueType list_of(std::uint32_t element) {
  postgres::ValueType type;
  type.name = "list";
  type.type = Type::list;
  type.cell = postgres::cell_of_encoding;
  type.put = postgres::put_array;
  type.element_oid = element;
  type.element = postgres::builtin_type(element);
  return type;
}

Sent array_head(std::initializer_list<std::pair<int, int>> dimensions, std::uint32_t element = kInt4) {
  Sent sent;
  sent.number(static_cast<std::int32_t>(dimensions.size())).number(std::int32_t{1}).number(element);
  for (const auto& [size, lower] : dimensions) {
    sent.number(static_cast<std::int32_t>(size)).number(static_cast<std::int32_t>(lower));
  }
  return sent;
}

TEST(PostgresDecoders, ArraysAreLists) {
  const auto type = list_of(kInt4);
  const Sent seven = Sent{}.number(std::int32_t{7});
  EXPECT_EQ(decode(type, array_head({})), (Value{List{}}));
  EXPECT_EQ(decode(type, array_head({{2, 1}}).item(seven).null()), (Value{List{{integer(7), {Null{}}}}}));
  EXPECT_EQ(decode(type, array_head({{1, 1}, {2, 1}}).item(seven).item(seven)),
            (Value{List{{{List{{integer(7), integer(7)}}}}}}));
}

TEST(PostgresDecoders, ArraysThatNoServerSendsAreNoValues) {
  const auto type = list_of(kInt4);
  const Sent seven = Sent{}.number(std::int32_t{7});
  const Sent good = array_head({{2, 1}}).item(seven).item(seven);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode(type, good.cut(size))) << size;
  }
  EXPECT_FALSE(decode(type, array_head({{1, 1}}, kInt8).item(seven)));
  EXPECT_FALSE(decode(type, array_head({{1, 1}}).item(seven).text("x")));
  EXPECT_FALSE(decode(type, array_head({{2'000'000'000, 1}})));
  EXPECT_FALSE(decode(type, array_head({{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}}).item(seven)));
  EXPECT_FALSE(decode(type, array_head({{1, 1}}).number(std::int32_t{-2})));
}

TEST(PostgresDecoders, ItemsThatAreRefusedCarryTheirPath) {
  const auto refused =
      decode(list_of(kDate),
             array_head({{1, 1}, {2, 1}}, kDate).null().item(Sent{}.number(std::numeric_limits<std::int32_t>::max())));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().column, "[0][1]");
}

}  // namespace
}  // namespace rowprint::test
