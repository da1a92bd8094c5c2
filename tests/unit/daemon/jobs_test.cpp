#include "daemon/jobs.hpp"

#include <gtest/gtest.h>

namespace rowprint::daemon {
namespace {

Error error_of(ErrorCode code) {
  Error error;
  error.code = code;
  return error;
}

TEST(Jobs, RunningStandBeforeEndedAndTheLastFirst) {
  Jobs jobs;
  for (const char* id : {"a", "b", "c", "d"}) {
    jobs.begin(id, "set");
  }
  jobs.end("a", std::nullopt);
  jobs.end("c", std::nullopt);
  std::string order;
  for (const Job& job : jobs.list()) {
    order += job.id;
  }
  EXPECT_EQ(order, "dbca");
  EXPECT_EQ(jobs.running(), 2U);
}

TEST(Jobs, EndKeepsTheErrorAndSetsTheState) {
  Jobs jobs;
  jobs.begin("a", "set");
  jobs.begin("b", "set");
  const auto sealed = jobs.begin("c", "set");
  sealed->state = IngestState::sealed;
  EXPECT_EQ(jobs.end("a", error_of(ErrorCode::no_space)).progress->state, IngestState::failed);
  EXPECT_EQ(jobs.end("b", error_of(ErrorCode::cancelled)).progress->state, IngestState::cancelled);
  EXPECT_EQ(jobs.end("c", std::nullopt).progress->state, IngestState::sealed);
  ASSERT_TRUE(jobs.find("a"));
  EXPECT_EQ(jobs.find("a")->error->code, ErrorCode::no_space);
  EXPECT_TRUE(jobs.find("a")->ended);
}

TEST(Jobs, OnlyTheLastHundredThatEndedAreKept) {
  Jobs jobs;
  for (int i = 0; i < 105; ++i) {
    jobs.begin(std::to_string(i), "set");
    jobs.end(std::to_string(i), std::nullopt);
  }
  EXPECT_EQ(jobs.list().size(), Jobs::kEndedMax);
  EXPECT_FALSE(jobs.find("4"));
  EXPECT_TRUE(jobs.find("5"));
}

TEST(Jobs, CancelReachesWhatRuns) {
  Jobs jobs;
  const auto progress = jobs.begin("a", "set");
  jobs.cancel();
  EXPECT_TRUE(progress->cancel);
}

}  // namespace
}  // namespace rowprint::daemon
