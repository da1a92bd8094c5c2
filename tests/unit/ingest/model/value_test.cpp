#include "ingest/model/value.hpp"

#include "tests/support/random_rows.hpp"

#include <gtest/gtest.h>

namespace rowprint {
namespace {

Value nested(int lists) {
  Value value{List{}};
  for (int depth = 1; depth < lists; ++depth) {
    Value outer{List{}};
    std::get<List>(outer.held).items.push_back(std::move(value));
    value = std::move(outer);
  }
  return value;
}

TEST(Value, ComesBackFromItsCell) {
  test::Random random{test::run_seed()};
  for (int round = 0; round < 5'000; ++round) {
    const auto type = static_cast<Type>(random.below(kTypes));
    const Value value = test::random_value(random, type);
    BatchBuilder builder;
    const auto cell = to_cell(value, builder);
    ASSERT_TRUE(cell) << test::describe(value) << ": " << cell.error().text();
    const Value back = to_value(*cell);
    hashing::ByteBuffer before;
    hashing::ByteBuffer after;
    ASSERT_TRUE(put_value(before, value));
    ASSERT_TRUE(put_value(after, back)) << test::describe(back);
    EXPECT_TRUE(std::ranges::equal(before.view(), after.view()))
        << test::describe(value) << " " << test::describe(back);
  }
}

TEST(Value, CellAndValueHaveOneEncoding) {
  test::Random random{test::run_seed()};
  for (int round = 0; round < 5'000; ++round) {
    const Value value = test::random_value(random, static_cast<Type>(random.below(kTypes)));
    BatchBuilder builder;
    hashing::ByteBuffer of_cell;
    hashing::ByteBuffer of_value;
    put_cell(of_cell, *to_cell(value, builder));
    ASSERT_TRUE(put_value(of_value, value));
    EXPECT_TRUE(std::ranges::equal(of_cell.view(), of_value.view())) << test::describe(value);
  }
}

TEST(Value, SmallBigIntegerIsAnInteger) {
  BatchBuilder builder;
  EXPECT_EQ(to_cell({BigInteger{"-9223372036854775808"}}, builder)->kind(), Kind::integer);
  EXPECT_EQ(to_cell({BigInteger{"9223372036854775808"}}, builder)->kind(), Kind::big_integer);
}

TEST(Value, DepthIsBounded) {
  hashing::ByteBuffer out;
  EXPECT_TRUE(put_value(out, nested(hashing::kDepthMax)));
  const auto put = put_value(out, nested(hashing::kDepthMax + 1));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::limit_exceeded);
}

TEST(Value, WhatHasNoEncodingIsRefused) {
  BatchBuilder builder;
  EXPECT_EQ(to_cell({std::string{"\xff"}}, builder).error().code, ErrorCode::bad_input);
  EXPECT_EQ(to_cell({BigInteger{"12a"}}, builder).error().code, ErrorCode::bad_input);
  EXPECT_EQ(to_cell({Decimal{"1", 200'000}}, builder).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(to_cell({TimeOfDay{86'401, 0}}, builder).error().code, ErrorCode::bad_input);
  EXPECT_EQ(to_cell({Timestamp{0, 1'000'000'000}}, builder).error().code, ErrorCode::bad_input);
  EXPECT_EQ(to_cell({Map{{{"a", {Null{}}}, {"a", {Null{}}}}}}, builder).error().code, ErrorCode::bad_input);
  EXPECT_EQ(to_cell({Map{{{"\xc0", {Null{}}}}}}, builder).error().code, ErrorCode::bad_input);
}

}  // namespace
}  // namespace rowprint
