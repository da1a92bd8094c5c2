#include "daemon/jobs.hpp"

#include <gtest/gtest.h>

namespace rowprint::daemon {
namespace {

NewJob named(const std::string& id) {
  NewJob job;
  job.id = id;
  job.dataset = "set";
  return job;
}

Result<Receipt> failed(ErrorCode code) {
  return fail(code, "because");
}

TEST(Jobs, RunningStandBeforeEndedAndTheLastFirst) {
  Jobs jobs;
  for (const char* id : {"a", "b", "c", "d"}) {
    jobs.begin(named(id));
  }
  jobs.end("a", Receipt{});
  jobs.end("c", Receipt{});
  std::string order;
  for (const Job& job : jobs.list()) {
    order += job.asked.id;
  }
  EXPECT_EQ(order, "dbca");
  EXPECT_EQ(jobs.running(), 2U);
}

TEST(Jobs, TheResultSetsTheState) {
  Jobs jobs;
  for (const char* id : {"a", "b", "c", "d"}) {
    jobs.begin(named(id));
  }
  Receipt reused;
  reused.reused = true;
  EXPECT_EQ(jobs.end("a", failed(ErrorCode::no_space)).state, IngestState::failed);
  EXPECT_EQ(jobs.end("b", failed(ErrorCode::cancelled)).state, IngestState::cancelled);
  EXPECT_EQ(jobs.end("c", Receipt{}).state, IngestState::sealed);
  EXPECT_EQ(jobs.end("d", reused).state, IngestState::reused);
  EXPECT_EQ(jobs.find("a")->look().error->code, ErrorCode::no_space);
  EXPECT_TRUE(jobs.find("a")->look().ended);
}

TEST(Jobs, NoStateIsAnEndBeforeTheReceiptIsThere) {
  Jobs jobs;
  const auto progress = jobs.begin(named("a"));
  progress->state = IngestState::reused;
  EXPECT_EQ(jobs.find("a")->look().state, IngestState::sealing);
  EXPECT_FALSE(jobs.find("a")->look().receipt);
  jobs.end("a", Receipt{});
  EXPECT_EQ(jobs.find("a")->look().state, IngestState::sealed);
  EXPECT_TRUE(jobs.find("a")->look().receipt);
}

TEST(Jobs, AReceiptIsKeptWithoutWhatOnlyTheCatalogNeeds) {
  Jobs jobs;
  jobs.begin(named("a"));
  Receipt receipt;
  receipt.rows_received = 3;
  receipt.content.rows = 3;
  receipt.content.hash_state = receipt.content.inference_state = std::string(1000, 'x');
  const Job job = jobs.end("a", receipt);
  EXPECT_EQ(job.receipt->content.rows, 3U);
  EXPECT_EQ(job.progress->rows, 3U);
  EXPECT_TRUE(job.receipt->content.hash_state.empty());
  EXPECT_TRUE(job.receipt->content.inference_state.empty());
}

TEST(Jobs, OnlyTheLastHundredThatEndedAreKept) {
  Jobs jobs;
  for (int i = 0; i < 105; ++i) {
    jobs.begin(named(std::to_string(i)));
    jobs.end(std::to_string(i), Receipt{});
  }
  EXPECT_EQ(jobs.list().size(), Jobs::kEndedMax);
  EXPECT_FALSE(jobs.find("4"));
  EXPECT_TRUE(jobs.find("5"));
}

TEST(Jobs, ARetryForgetsWhatWasCounted) {
  Jobs jobs;
  const auto progress = jobs.begin(named("a"));
  progress->rows = 10;
  progress->bytes = 100;
  jobs.retry("a", 2, failed(ErrorCode::unavailable).error());
  const Job job = jobs.find("a")->look();
  EXPECT_EQ(job.attempt, 2U);
  EXPECT_EQ(job.state, IngestState::retrying);
  EXPECT_EQ(job.error->code, ErrorCode::unavailable);
  EXPECT_EQ(job.progress->rows, 0U);
  EXPECT_EQ(job.progress->bytes, 0U);
  EXPECT_FALSE(jobs.end("a", Receipt{}).error);
}

TEST(Jobs, CancelReachesWhatRunsAndWhoWatchesIt) {
  Jobs jobs;
  const auto progress = jobs.begin(named("a"));
  int told = 0;
  const auto watch = progress->cancel.watch([&told] { ++told; });
  EXPECT_TRUE(jobs.cancel("a"));
  EXPECT_TRUE(progress->cancel);
  EXPECT_EQ(told, 1);
}

TEST(Jobs, CancelOfWhatIsNotThereOrHasEndedIsRefused) {
  Jobs jobs;
  const auto progress = jobs.begin(named("a"));
  jobs.end("a", Receipt{});
  EXPECT_EQ(jobs.cancel("a").error().code, ErrorCode::conflict);
  EXPECT_EQ(jobs.cancel("b").error().code, ErrorCode::not_found);
  EXPECT_FALSE(progress->cancel);
}

TEST(Jobs, CancelOfAllReachesOnlyWhatRuns) {
  Jobs jobs;
  const auto ended = jobs.begin(named("a"));
  const auto running = jobs.begin(named("b"));
  jobs.end("a", Receipt{});
  jobs.cancel_all();
  EXPECT_FALSE(ended->cancel);
  EXPECT_TRUE(running->cancel);
}

}  // namespace
}  // namespace rowprint::daemon
