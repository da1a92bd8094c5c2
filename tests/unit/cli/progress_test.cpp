#include "cli/progress.hpp"

#include <gtest/gtest.h>

namespace rowprint::cli {
namespace {

using std::chrono::milliseconds;

TEST(Progress, BytesHaveThreeDigitsAndAUnit) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1000), "1.00 kB");
  EXPECT_EQ(format_bytes(9'994), "9.99 kB");
  EXPECT_EQ(format_bytes(9'996), "10.0 kB");
  EXPECT_EQ(format_bytes(99'960), "100 kB");
  EXPECT_EQ(format_bytes(999'400), "999 kB");
  EXPECT_EQ(format_bytes(999'600), "1.00 MB");
  EXPECT_EQ(format_bytes(1'570'000), "1.57 MB");
  EXPECT_EQ(format_bytes(UINT64_MAX), "18.4 EB");
}

TEST(Progress, CountsAreGroupedByThousands) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1'000), "1,000");
  EXPECT_EQ(format_count(2'100'000), "2,100,000");
  EXPECT_EQ(format_count(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(Progress, ElapsedTimeGrowsHours) {
  EXPECT_EQ(format_elapsed(milliseconds{0}), "0:00");
  EXPECT_EQ(format_elapsed(milliseconds{12'999}), "0:12");
  EXPECT_EQ(format_elapsed(milliseconds{5'999'000}), "99:59");
  EXPECT_EQ(format_elapsed(milliseconds{6'000'000}), "1:40:00");
}

TEST(Progress, AKnownSizeGivesAPercentage) {
  const ProgressSample sample{"hashing", 420'000, 350, 1000, milliseconds{200}};
  EXPECT_EQ(format_progress(sample, 200), "hashing  35%  350 B of 1.00 kB  2,100,000 rows/s  1.75 kB/s  0:00");
}

TEST(Progress, AnUnknownSizeGivesNone) {
  const ProgressSample sample{"sending", 42, 4'200, std::nullopt, milliseconds{61'000}};
  EXPECT_EQ(format_progress(sample, 200), "sending  42 rows  4.20 kB  0 rows/s  68 B/s  1:01");
}

TEST(Progress, APhaseThatCountsNoRowsShowsNone) {
  EXPECT_EQ(format_progress({"sending", 0, 500, 1000, milliseconds{1'000}}, 200),
            "sending  50%  500 B of 1.00 kB  500 B/s  0:01");
  EXPECT_EQ(format_progress({"reading", 0, 500, std::nullopt, milliseconds{1'000}}, 200),
            "reading  500 B  500 B/s  0:01");
}

TEST(Progress, APercentageNeverPassesAHundred) {
  EXPECT_NE(format_progress({"hashing", 1, 0, 0, milliseconds{1}}, 200).find(" 100% "), std::string::npos);
  EXPECT_NE(format_progress({"hashing", 1, 2'000, 1'000, milliseconds{1}}, 200).find(" 100% "), std::string::npos);
}

TEST(Progress, ALineIsNoWiderThanTheTerminal) {
  const ProgressSample sample{"hashing", 420'000, 350, 1000, milliseconds{200}};
  for (const std::size_t width : {0U, 1U, 20U, 40U}) {
    EXPECT_EQ(format_progress(sample, width).size(), width);
  }
}

TEST(ProgressLine, PhasesCountFromNothing) {
  ProgressLine line{false};
  line.begin("hashing", 10);
  line.progress().rows = 7;
  line.progress().bytes = 10;
  line.begin("sending", 10);
  EXPECT_EQ(line.progress().rows, 0U);
  EXPECT_EQ(line.progress().bytes, 0U);
}

}  // namespace
}  // namespace rowprint::cli
