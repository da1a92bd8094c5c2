#include "connectors/postgres/output_types.hpp"
#include "ingest/model/value.hpp"
#include "tests/support/values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

/// What a column's values become where the output asks for another type.
namespace rowprint::test {
namespace {

Result<Value> become(const Value& value, Type to) {
  BatchBuilder builder;
  const auto cell = to_cell(value, builder);
  const auto other = postgres::become(*cell, to, builder);
  if (!other) {
    return fail(other.error());
  }
  EXPECT_TRUE(is_of_type(other->kind(), to));
  return to_value(*other);
}

TEST(PostgresOutputTypes, NumbersBecomeEqualNumbers) {
  EXPECT_EQ(become(integer(std::int64_t{1} << 53), Type::floating), Value{9007199254740992.0});
  EXPECT_EQ(become(integer(-7), Type::decimal), decimal("-7", 0));
  EXPECT_EQ(become(decimal("125", -3), Type::floating), Value{0.125});
  EXPECT_EQ(become(decimal("7", 3), Type::integer), integer(7000));
  EXPECT_EQ(become(decimal("1", 30), Type::integer), (Value{BigInteger{"1" + std::string(30, '0')}}));
  EXPECT_EQ(become({3.0}, Type::integer), integer(3));
  EXPECT_EQ(become({0.1}, Type::decimal), decimal("1000000000000000055511151231257827021181583404541015625", -55));
  EXPECT_EQ(become({std::numeric_limits<double>::infinity()}, Type::decimal),
            Value{std::numeric_limits<double>::infinity()});
}

TEST(PostgresOutputTypes, NumbersWithoutAnEqualAreRefusedAndShown) {
  const auto refused = [](const Value& value, Type to) {
    const auto other = become(value, to);
    EXPECT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::unsupported_value);
    return other.error().reason;
  };
  EXPECT_THAT(refused(integer((std::int64_t{1} << 53) + 1), Type::floating),
              testing::StartsWith("9007199254740993 is no float"));
  EXPECT_THAT(refused(decimal("1", -1), Type::floating), testing::StartsWith("0.1 is no float"));
  EXPECT_THAT(refused(decimal("15", -1), Type::integer), testing::StartsWith("1.5 is no int"));
  EXPECT_THAT(refused({0.5}, Type::integer), testing::StartsWith("0.5 is no int"));
  EXPECT_THAT(refused({std::numeric_limits<double>::quiet_NaN()}, Type::integer), testing::StartsWith("NaN is no int"));
  EXPECT_THAT(refused({1e300}, Type::integer), testing::HasSubstr("is no int"));
}

TEST(PostgresOutputTypes, TextAndBackIsTheSame) {
  const std::vector<std::pair<Type, Value>> values{
      {Type::boolean, {true}},
      {Type::integer, {BigInteger{"123456789012345678901234567890"}}},
      {Type::floating, {5e-324}},
      {Type::floating, {-std::numeric_limits<double>::infinity()}},
      {Type::decimal, decimal("-15", -40)},
      {Type::bytes, {Bytes{{0, 255, 16}}}},
      {Type::date, {Date{-800000}}},
      {Type::time, {TimeOfDay{86399, 1000}}},
      {Type::timestamp, {Timestamp{-1, 999999000}}},
      {Type::timestamptz, {TimestampTz{1709204400, 0}}},
      {Type::uuid, {Uuid{{1, 2, 3}}}},
  };
  for (const auto& [type, value] : values) {
    ASSERT_TRUE(postgres::may_become(type, Type::text));
    const auto written = become(value, Type::text);
    ASSERT_TRUE(written) << to_string(type);
    EXPECT_EQ(become(*written, type), value) << std::get<std::string>(written->held);
  }
}

TEST(PostgresOutputTypes, TextInAnotherFormIsRefusedAndShown) {
  for (const Type type : {Type::boolean, Type::integer, Type::floating, Type::decimal, Type::bytes, Type::date,
                          Type::time, Type::timestamp, Type::timestamptz, Type::uuid}) {
    const auto refused = become(text("x y"), type);
    ASSERT_FALSE(refused) << to_string(type);
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    EXPECT_THAT(refused.error().reason, testing::StartsWith("x y is no "));
  }
  const auto shown = become(text(std::string(59, 'a') + "żżż"), Type::integer);
  EXPECT_THAT(shown.error().reason, testing::StartsWith(std::string(59, 'a') + "… is no int"));
  EXPECT_EQ(become(text("1e400"), Type::floating).error().code, ErrorCode::unsupported_value);
  EXPECT_EQ(become(text("1e-400"), Type::floating).error().code, ErrorCode::unsupported_value);
}

TEST(PostgresOutputTypes, WhatCanNeverBeIsKnownBefore) {
  EXPECT_FALSE(postgres::may_become(Type::timestamp, Type::timestamptz));
  EXPECT_FALSE(postgres::may_become(Type::boolean, Type::integer));
  EXPECT_FALSE(postgres::may_become(Type::list, Type::text));
  EXPECT_FALSE(postgres::may_become(Type::text, Type::map));
  EXPECT_TRUE(postgres::may_become(Type::list, Type::any));
  EXPECT_TRUE(postgres::may_become(Type::any, Type::map));
}

}  // namespace
}  // namespace rowprint::test
