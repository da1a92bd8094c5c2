#include "daemon/server/body_pace.hpp"

#include <gtest/gtest.h>

namespace rowprint::daemon {
namespace {

using namespace std::chrono_literals;

const PaceLimits kPaceLimits{100, 10s, 20s};

TEST(BodyPace, FirstWindowHasItsGrace) {
  BodyPace pace{kPaceLimits};
  EXPECT_EQ(pace.patience(), 30s);
  pace.waited(12s, 0);
  EXPECT_EQ(pace.patience(), 18s);
}

TEST(BodyPace, WhoSentEnoughMayPauseIntoTheNextWindow) {
  BodyPace pace{kPaceLimits};
  pace.waited(1s, 2000);
  EXPECT_EQ(pace.patience(), 29s + 20s);
}

TEST(BodyPace, WhoSentTooLittleMayWaitToTheEndOfTheWindowOnly) {
  BodyPace pace{kPaceLimits};
  pace.waited(29s, 1999);
  EXPECT_EQ(pace.patience(), 1s);
}

TEST(BodyPace, EachWindowBeginsAnew) {
  BodyPace pace{kPaceLimits};
  pace.waited(15s, 5000);
  pace.waited(20s, 10);
  EXPECT_EQ(pace.patience(), 15s) << "the 10 bytes belong to the window that they came in";
  pace.waited(1s, 1990);
  EXPECT_EQ(pace.patience(), 14s + 20s);
}

TEST(BodyPace, TimeThatNobodyWaitedIsNotCounted) {
  BodyPace pace{kPaceLimits};
  for (int i = 0; i < 100000; ++i) {
    pace.waited(0s, 1);
  }
  EXPECT_EQ(pace.patience(), 30s + 20s);
}

TEST(BodyPace, SteadyClientAtTheRateIsNeverTooSlow) {
  BodyPace pace{kPaceLimits};
  for (int i = 0; i < 1000; ++i) {
    ASSERT_GT(*pace.patience(), 1s);
    pace.waited(1s, 100);
  }
}

TEST(BodyPace, WithoutARateAnyPaceWillDo) {
  BodyPace pace{{0, 0s, 1s}};
  pace.waited(1000s, 0);
  EXPECT_EQ(pace.patience(), std::nullopt);
}

}  // namespace
}  // namespace rowprint::daemon
