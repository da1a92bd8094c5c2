#include "hashing/canonical.hpp"

#include "hashing/canonical_reader.hpp"
#include "hashing/digest.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace rowprint::hashing {
namespace {

template <class Put, class... Arguments>
std::string encoded(Put put, Arguments... arguments) {
  ByteBuffer out;
  put(out, arguments...);
  return to_hex(out.view());
}

std::string encoded_float(double value) {
  return encoded(put_float, value);
}

std::string encoded_decimal(std::string_view digits, std::int64_t exponent) {
  ByteBuffer out;
  EXPECT_EQ(put_decimal(out, digits, exponent), Refusal::none);
  return to_hex(out.view());
}

TEST(Canonical, IntegersTakeTheShortestHead) {
  EXPECT_EQ(encoded(put_int, 0), "00");
  EXPECT_EQ(encoded(put_int, 23), "17");
  EXPECT_EQ(encoded(put_int, 24), "1818");
  EXPECT_EQ(encoded(put_int, -1), "20");
  EXPECT_EQ(encoded(put_int, -256), "38ff");
  EXPECT_EQ(encoded(put_int, 65536), "1a00010000");
  EXPECT_EQ(encoded(put_int, std::numeric_limits<std::int64_t>::min()), "3b7fffffffffffffff");
  EXPECT_EQ(encoded(put_uint, ~0ULL), "1bffffffffffffffff");
}

TEST(Canonical, IntegralFloatsAreIntegers) {
  EXPECT_EQ(encoded_float(-0.0), "00");
  EXPECT_EQ(encoded_float(100.0), "1864");
  EXPECT_EQ(encoded_float(-0x1p63), "3b7fffffffffffffff");
  EXPECT_EQ(encoded_float(0x1p63), "1b8000000000000000");
  EXPECT_EQ(encoded_float(std::nextafter(0x1p64, 0)), "1bfffffffffffff800");
  EXPECT_EQ(encoded_float(0x1p64), "fa5f800000");
}

TEST(Canonical, OtherFloatsAreTheShortestThatIsExact) {
  EXPECT_EQ(encoded_float(0.5), "f93800");
  EXPECT_EQ(encoded_float(0x1p-24), "f90001");
  EXPECT_EQ(encoded_float(0x1p-25), "fa33000000");
  EXPECT_EQ(encoded_float(0x1p-149), "fa00000001");
  EXPECT_EQ(encoded_float(0x1p-150), "fb3690000000000000");
  EXPECT_EQ(encoded_float(0.1), "fb3fb999999999999a");
  EXPECT_EQ(encoded_float(std::numeric_limits<double>::quiet_NaN()), "f97e00");
  EXPECT_EQ(encoded_float(-std::numeric_limits<double>::infinity()), "f9fc00");
}

TEST(Canonical, DecimalsOfOneValueAreOne) {
  EXPECT_EQ(encoded_decimal("15", -1), "c482200f");
  EXPECT_EQ(encoded_decimal("1500", -3), "c482200f");
  EXPECT_EQ(encoded_decimal("1500", -2), "0f");
  EXPECT_EQ(encoded_decimal("18446744073709551615", 0), "1bffffffffffffffff");
  EXPECT_EQ(encoded_decimal("18446744073709551616", 0), "c48200c249010000000000000000");
  EXPECT_EQ(encoded_decimal("-9223372036854775809", 0), "c482003b8000000000000000");
  EXPECT_EQ(encoded_decimal("1", 131071), "c4821a0001ffff01");
  EXPECT_EQ(encoded_decimal("000", 999999999), "00");
}

TEST(Canonical, BigIntegersUseTagsOnlyPastMajorTypes) {
  ByteBuffer out;
  EXPECT_EQ(put_integer_digits(out, "-18446744073709551616"), Refusal::none);
  EXPECT_EQ(to_hex(out.view()), "3bffffffffffffffff");
  out.clear();
  EXPECT_EQ(put_integer_digits(out, "-18446744073709551617"), Refusal::none);
  EXPECT_EQ(to_hex(out.view()), "c349010000000000000000");
}

TEST(Canonical, MapsCloseInOrderOfEncodedKeys) {
  ByteBuffer out;
  out.push_back(0x81);
  std::vector<MapEntry> entries;
  for (const std::string_view key : {"bb", "a", "c"}) {
    MapEntry entry{out.size(), 0, 0};
    put_text(out, key);
    entry.value_begin = out.size();
    put_text(out, key);
    entry.value_end = out.size();
    entries.push_back(entry);
  }
  EXPECT_EQ(close_map(out, 1, entries), Refusal::none);
  EXPECT_EQ(to_hex(out.view()),
            "81a361616161616361636262626262"
            "62");
}

TEST(CanonicalReader, GivesBackATimestamp) {
  ByteBuffer out;
  EXPECT_EQ(put_timestamptz(out, -5, 7), Refusal::none);
  CanonicalReader reader{out.view()};
  const auto item = reader.read();
  ASSERT_TRUE(item) << reader.reason();
  EXPECT_EQ(item->kind, Item::Kind::timestamptz);
  EXPECT_EQ(item->integer, -5);
  EXPECT_EQ(item->nanoseconds, 7U);
}

}  // namespace
}  // namespace rowprint::hashing
