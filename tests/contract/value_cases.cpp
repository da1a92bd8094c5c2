#include "tests/contract/source_contract.hpp"
#include "tests/support/values.hpp"

#include <limits>

namespace rowprint::test {
namespace {

using Limits = std::numeric_limits<double>;
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

Value nested(int depth) {
  Value value = list({});
  for (int i = 1; i < depth; ++i) {
    value = list({std::move(value)});
  }
  return value;
}

std::vector<ValueCase> numbers() {
  return {
      {"null", Type::null, {Null{}}},
      {"bool false", Type::boolean, {false}},
      {"bool true", Type::boolean, {true}},
      {"int 0", Type::integer, {std::int64_t{0}}},
      {"int -2^63", Type::integer, {kMin}},
      {"int 2^63-1", Type::integer, {kMax}},
      {"int 2^53+1", Type::integer, {std::int64_t{9007199254740993}}},
      {"int 2^63", Type::integer, {BigInteger{"9223372036854775808"}}},
      {"int -2^64-1", Type::integer, {BigInteger{"-18446744073709551617"}}},
      {"int of 80 digits", Type::integer, {BigInteger{std::string(80, '7')}}},
      {"float 0.1", Type::floating, {0.1}},
      {"float -0.0", Type::floating, {-0.0}},
      {"float 2^53", Type::floating, {9007199254740992.0}},
      {"float 1e300", Type::floating, {1e300}},
      {"float subnormal", Type::floating, {Limits::denorm_min()}},
      {"float largest", Type::floating, {Limits::max()}},
      {"float NaN", Type::floating, {Limits::quiet_NaN()}},
      {"float Infinity", Type::floating, {Limits::infinity()}},
      {"float -Infinity", Type::floating, {-Limits::infinity()}},
      {"decimal 0.10", Type::decimal, {Decimal{"10", -2}}},
      {"decimal -0", Type::decimal, {Decimal{"-0", 3}}},
      {"decimal 2^53+1", Type::decimal, {Decimal{"9007199254740993", 0}}},
      {"decimal of 40 digits", Type::decimal, {Decimal{"1234567890123456789012345678901234567891", -20}}},
      {"decimal 1e131071", Type::decimal, {Decimal{"1", 131071}}},
      {"decimal 1e-16383", Type::decimal, {Decimal{"1", -16383}}},
      {"decimal NaN", Type::decimal, {Limits::quiet_NaN()}},
      {"decimal Infinity", Type::decimal, {Limits::infinity()}},
  };
}

std::vector<ValueCase> texts() {
  return {
      {"text empty", Type::text, text("")},
      {"text 0123", Type::text, text("0123")},
      {"text with NUL", Type::text, text({"a\0b", 3})},
      {"text combining", Type::text, text("e\xCC\x81")},
      {"text composed", Type::text, text("\xC3\xA9")},
      {"text beyond the first plane", Type::text, text("\xF0\x9F\x99\x82\xEF\xBB\xBF")},
      {"text with quotes", Type::text, text("a'b\"c\\d\n\t\x01")},
      {"text of 70,000 bytes", Type::text, text(std::string(70'000, 'x'))},
      {"bytes empty", Type::bytes, {Bytes{}}},
      {"bytes", Type::bytes, {Bytes{{0x00, 0xff, 0x80, 0x27}}}},
      {"uuid", Type::uuid, {Uuid{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255}}}},
  };
}

std::vector<ValueCase> times() {
  return {
      {"date 1970-01-01", Type::date, {Date{0}}},
      {"date 0001-01-01", Type::date, {Date{-719'162}}},
      {"date in the year 0", Type::date, {Date{-719'163}}},
      {"date 9999-12-31", Type::date, {Date{2'932'896}}},
      {"date in the year 10000", Type::date, {Date{2'932'897}}},
      {"time 00:00", Type::time, {TimeOfDay{0, 0}}},
      {"time 24:00", Type::time, {TimeOfDay{86'400, 0}}},
      {"time with microseconds", Type::time, {TimeOfDay{86'399, 999'999'000}}},
      {"time with nanoseconds", Type::time, {TimeOfDay{1, 1}}},
      {"timestamp 1970", Type::timestamp, {Timestamp{0, 0}}},
      {"timestamp before 1970", Type::timestamp, {Timestamp{-1, 500'000'000}}},
      {"timestamp in the year 1", Type::timestamp, {Timestamp{-62'135'596'800, 0}}},
      {"timestamp with microseconds", Type::timestamp, {Timestamp{253'402'300'799, 999'999'000}}},
      {"timestamp with nanoseconds", Type::timestamp, {Timestamp{951'782'400, 1}}},
      {"timestamptz 1970", Type::timestamptz, {TimestampTz{0, 0}}},
      {"timestamptz before 1970", Type::timestamptz, {TimestampTz{-1, 500'000'000}}},
      {"timestamptz in the year 1", Type::timestamptz, {TimestampTz{-62'135'596'800, 0}}},
      {"timestamptz with microseconds", Type::timestamptz, {TimestampTz{253'402'300'799, 999'999'000}}},
      {"timestamptz with nanoseconds", Type::timestamptz, {TimestampTz{951'782'400, 1}}},
  };
}

std::vector<ValueCase> compounds() {
  const Value one{std::int64_t{1}};
  return {
      {"list empty", Type::list, list({})},
      {"list mixed", Type::list, list({one, text("a"), {Null{}}, {true}, {0.5}, list({one})})},
      {"list of one type with nulls", Type::list, list({one, {Null{}}, {std::int64_t{2}}})},
      {"list of texts", Type::list, list({text("a"), text("")})},
      {"list of bytes", Type::list, list({{Bytes{{0xff}}}})},
      {"list of decimals", Type::list, list({{Decimal{"1", -1}}})},
      {"list of dates", Type::list, list({{Date{0}}})},
      {"list with NaN", Type::list, list({{Limits::quiet_NaN()}})},
      {"list 64 deep", Type::list, nested(64)},
      {"map empty", Type::map, {Map{}}},
      {"map", Type::map, {Map{{{"b", one}, {"a", {Null{}}}, {"", text("empty")}}}}},
      {"map with NUL in a key", Type::map, {Map{{{std::string{"a\0", 2}, one}}}}},
      {"map of a big integer", Type::map, {Map{{{"n", {BigInteger{"18446744073709551617"}}}}}}},
      {"map of a date", Type::map, {Map{{{"n", {Date{0}}}}}}},
      {"any int", Type::any, one},
      {"any big int", Type::any, {BigInteger{"18446744073709551617"}}},
      {"any float", Type::any, {0.5}},
      {"any NaN", Type::any, {Limits::quiet_NaN()}},
      {"any bool", Type::any, {true}},
      {"any text", Type::any, text("1")},
      {"any bytes", Type::any, {Bytes{{0x31}}}},
      {"any decimal", Type::any, {Decimal{"1", -1}}},
      {"any date", Type::any, {Date{0}}},
      {"any uuid", Type::any, {Uuid{}}},
      {"any list", Type::any, list({one})},
      {"any map", Type::any, {Map{{{"a", one}}}}},
  };
}

}  // namespace

const std::vector<ValueCase>& value_cases() {
  static const std::vector<ValueCase> kCases = [] {
    std::vector<ValueCase> all;
    for (auto make : {numbers, texts, times, compounds}) {
      for (ValueCase& one : make()) {
        all.push_back(std::move(one));
      }
    }
    return all;
  }();
  return kCases;
}

}  // namespace rowprint::test
