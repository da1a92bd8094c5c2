#include "connectors/http/value_json.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <nlohmann/json.hpp>

namespace rowprint {
namespace {

std::string text_of(const Value& value) {
  return value_json(value).dump();
}

TEST(ValuesAsJson, NumbersStayNumbersWhereJsonHasThem) {
  EXPECT_EQ(text_of({Null{}}), "null");
  EXPECT_EQ(text_of({true}), "true");
  EXPECT_EQ(text_of({std::int64_t{-5}}), "-5");
  EXPECT_EQ(text_of({BigInteger{"18446744073709551615"}}), "18446744073709551615");
  EXPECT_EQ(text_of({2.0}), "2.0");
  EXPECT_EQ(text_of({0.1}), "0.1");
}

TEST(ValuesAsJson, WhatJsonCannotSayIsText) {
  EXPECT_EQ(text_of({BigInteger{"-18446744073709551616"}}), R"("-18446744073709551616")");
  EXPECT_EQ(text_of({std::nan("")}), R"("NaN")");
  EXPECT_EQ(text_of({-INFINITY}), R"("-Infinity")");
  EXPECT_EQ(text_of({Decimal{"150", -2}}), R"("1.50")");
  EXPECT_EQ(text_of({Bytes{{0, 255}}}), R"("AP8=")");
  EXPECT_EQ(text_of({Date{0}}), R"("1970-01-01")");
  EXPECT_EQ(text_of({TimeOfDay{86400, 0}}), R"("24:00:00")");
  EXPECT_EQ(text_of({Timestamp{1, 5}}), R"("1970-01-01T00:00:01.000000005")");
  EXPECT_EQ(text_of({TimestampTz{1, 0}}), R"("1970-01-01T00:00:01Z")");
  EXPECT_EQ(text_of({Uuid{}}), R"("00000000-0000-0000-0000-000000000000")");
}

TEST(ValuesAsJson, ListsAndMapsHoldTheSameForms) {
  const Value date{Date{1}};
  EXPECT_EQ(text_of({List{{date, {Null{}}}}}), R"(["1970-01-02",null])");
  EXPECT_EQ(text_of({Map{{{"d", date}}}}), R"({"d":"1970-01-02"})");
}

}  // namespace
}  // namespace rowprint
