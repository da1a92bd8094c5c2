#include "config/units.hpp"

#include <gtest/gtest.h>

namespace rowprint::config {
namespace {

TEST(Units, SizesTakeBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_size("0"), 0U);
  EXPECT_EQ(parse_size("4096"), 4096U);
  EXPECT_EQ(parse_size("1 B"), 1U);
  EXPECT_EQ(parse_size("64KiB"), 65536U);
  EXPECT_EQ(parse_size("256 MiB"), std::uint64_t{256} << 20U);
  EXPECT_EQ(parse_size("2 GB"), 2'000'000'000U);
  EXPECT_EQ(parse_size("3 TiB"), std::uint64_t{3} << 40U);
}

TEST(Units, WhatIsNoSizeIsRefused) {
  for (const char* text : {"", "MiB", "-1", "1.5 MiB", "1 mib", "1 MiB ", "1 MiBs", "0x10", "1e3",
                           "18446744073709551616", "9000000 TiB"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(Units, DurationsNeedAUnit) {
  using namespace std::chrono_literals;
  EXPECT_EQ(parse_duration("250 ms"), 250ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("5 min"), 5min);
  EXPECT_EQ(parse_duration("2 h"), 2h);
  for (const char* text : {"", "30", "s", "1 d", "-1 s", "1.5 s", "9223372036854775807 h"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace rowprint::config
