#include "daemon/pulls.hpp"

#include "ingest/wait.hpp"
#include "tests/unit/daemon/daemon_parts.hpp"

#include <gtest/gtest.h>
#include <cstdio>
#include <fstream>

namespace rowprint::daemon {
namespace {

using namespace std::chrono_literals;

/// A catalog that publishes, and then cannot say so.
class SilentCatalog final : public Catalog {
 public:
  awaitable<Result<Published>> alias(NewVersion version, hashing::Fingerprint fingerprint) override {
    return inner_.alias(std::move(version), fingerprint);
  }
  awaitable<Result<Published>> publish(NewVersion version, Content content) override {
    auto published = co_await inner_.publish(std::move(version), std::move(content));
    Error error = passing(ErrorCode::io, "no answer came");
    error.outcome_unknown = true;
    co_return fail(std::move(error));
  }
  awaitable<Result<void>> admit(NewVersion version) override { return inner_.admit(std::move(version)); }
  awaitable<Result<std::optional<Content>>> find_content(hashing::Fingerprint fingerprint) override {
    return inner_.find_content(fingerprint);
  }
  awaitable<Result<std::vector<DatasetSummary>>> datasets() override { return inner_.datasets(); }
  awaitable<Result<std::vector<Published>>> versions(std::string dataset) override { return inner_.versions(dataset); }
  awaitable<Result<Published>> version(std::string dataset, std::uint64_t number) override {
    return inner_.version(dataset, number);
  }
  awaitable<Result<std::string>> keep_digests(std::string ingest, hashing::MultisetHash& rows) override {
    return inner_.keep_digests(std::move(ingest), rows);
  }
  awaitable<Result<void>> drop_digests(std::string digests) override { return inner_.drop_digests(digests); }
  awaitable<Result<std::unique_ptr<RowDigests>>> read_digests(Content content) override {
    return inner_.read_digests(content);
  }
  awaitable<Result<Released>> remove(std::string dataset, std::uint64_t number) override {
    return inner_.remove(dataset, number);
  }
  awaitable<Result<std::vector<std::string>>> locations() override { return inner_.locations(); }
  awaitable<Result<std::vector<std::string>>> digests() override { return inner_.digests(); }

 private:
  MemoryCatalog inner_;
};

TEST(Pulls, ASealedPullHasItsReceiptAndItsCounts) {
  DaemonParts daemon{{{.rows = numbers(5)}}};
  const Job job = daemon.end_of(daemon.pull());
  EXPECT_EQ(job.state, IngestState::sealed);
  ASSERT_TRUE(job.receipt);
  EXPECT_EQ(job.receipt->ingest, job.asked.id);
  EXPECT_EQ(job.receipt->rows_stored, 5U);
  EXPECT_EQ(job.progress->rows, 5U);
  EXPECT_EQ(job.attempt, 1U);
  EXPECT_EQ(daemon.script->sources_alive, 0);
}

TEST(Pulls, TheSameRowsAgainAreReused) {
  DaemonParts daemon{{{.rows = numbers(5)}}};
  for (const Order order : {Order::sequence, Order::set}) {
    daemon.end_of(daemon.pull("first", order));
    const Job again = daemon.end_of(daemon.pull("second", order));
    EXPECT_EQ(again.state, IngestState::reused);
  }
}

TEST(Pulls, WhatMaySucceedLaterIsTriedAgainOnANewConnection) {
  DaemonParts daemon{{{.refused = passing(ErrorCode::unavailable)},
                      {.rows = numbers(3), .broken = passing(ErrorCode::unavailable)},
                      {.rows = numbers(4)}}};
  const Job job = daemon.end_of(daemon.pull());
  EXPECT_EQ(job.state, IngestState::sealed);
  EXPECT_EQ(job.attempt, 3U);
  EXPECT_EQ(daemon.script->connections, 3);
  EXPECT_FALSE(job.error);
}

TEST(Pulls, RowsOfAnAttemptThatBrokeAreInNoVersion) {
  DaemonParts daemon{{{.rows = numbers(9), .broken = passing(ErrorCode::unavailable)}, {.rows = numbers(4)}}};
  const Job job = daemon.end_of(daemon.pull("broken"));
  DaemonParts other{{{.rows = numbers(4)}}};
  const Job whole = other.end_of(other.pull("whole"));
  ASSERT_TRUE(job.receipt && whole.receipt);
  EXPECT_EQ(job.receipt->rows_received, 4U);
  EXPECT_EQ(job.receipt->version.fingerprint, whole.receipt->version.fingerprint);
  EXPECT_EQ(job.progress->rows, 4U);
  EXPECT_EQ(daemon.versions("broken"), 1U);
}

TEST(Pulls, WhatIsWrongIsNotTriedAgain) {
  for (const ErrorCode code : {ErrorCode::bad_input, ErrorCode::unsupported_value, ErrorCode::unavailable}) {
    DaemonParts daemon{{{.refused = lasting(code)}}};
    const Job job = daemon.end_of(daemon.pull());
    EXPECT_EQ(job.state, IngestState::failed);
    EXPECT_EQ(job.error->code, code);
    EXPECT_EQ(daemon.script->connections, 1);
  }
}

TEST(Pulls, NothingIsTriedAgainOnceItMayHaveBeenPublished) {
  SilentCatalog catalog;
  DaemonParts daemon{{{.rows = numbers(3)}}, small_config(), &catalog};
  const Job job = daemon.end_of(daemon.pull());
  EXPECT_EQ(job.state, IngestState::failed);
  EXPECT_TRUE(job.error->outcome_unknown);
  EXPECT_EQ(daemon.script->connections, 1);
  EXPECT_EQ(daemon.versions(), 1U);
}

TEST(Pulls, AttemptsAreCountedAndEnd) {
  config::Config config = small_config();
  config.pulls.attempts = 3;
  DaemonParts daemon{{{.refused = passing(ErrorCode::unavailable, "still down")}}, config};
  const Job job = daemon.end_of(daemon.pull());
  EXPECT_EQ(job.state, IngestState::failed);
  EXPECT_EQ(job.error->reason, "still down");
  EXPECT_EQ(job.attempt, 3U);
  EXPECT_EQ(daemon.script->connections, 3);
}

TEST(Pulls, BetweenAttemptsTheJobSaysWhatFailed) {
  config::Config config = small_config();
  config.pulls.backoff = config.pulls.backoff_max = 1h;
  DaemonParts daemon{{{.rows = numbers(3), .broken = passing(ErrorCode::unavailable, "down")}}, config};
  const std::string id = daemon.pull();
  daemon.wait_for(id, IngestState::retrying);
  const Job job = daemon.jobs.find(id)->look();
  EXPECT_EQ(job.error->reason, "down");
  EXPECT_EQ(job.attempt, 2U);
  EXPECT_EQ(job.progress->rows, 0U);
  EXPECT_EQ(daemon.script->sources_alive, 0);
}

void expect_cancelled_at_once(DaemonParts& daemon, const std::string& id) {
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(daemon.jobs.cancel(id));
  const Job job = daemon.end_of(id);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
  EXPECT_EQ(job.state, IngestState::cancelled);
  EXPECT_EQ(job.error->code, ErrorCode::cancelled);
  EXPECT_EQ(daemon.versions(), 0U);
  EXPECT_EQ(daemon.jobs.cancel(id).error().code, ErrorCode::conflict);
}

TEST(Pulls, CancelEndsThePauseBetweenAttempts) {
  config::Config config = small_config();
  config.pulls.backoff = config.pulls.backoff_max = 1h;
  DaemonParts daemon{{{.refused = passing(ErrorCode::unavailable)}}, config};
  const std::string id = daemon.pull();
  daemon.wait_for(id, IngestState::retrying);
  expect_cancelled_at_once(daemon, id);
  EXPECT_EQ(daemon.script->connections, 1);
}

TEST(Pulls, CancelDoesNotWaitForADatabaseThatDoesNotAnswer) {
  config::Config config = small_config();
  config.pulls.concurrent = 1;
  DaemonParts daemon{{{.silent = true, .rows = numbers(3)}}, config};
  const std::string id = daemon.pull();
  daemon.wait_for(id, IngestState::connecting);
  ASSERT_TRUE(wait_until([&] { return daemon.script->connections == 1; }));
  expect_cancelled_at_once(daemon, id);
  // What was given up still has its place, until it is closed.
  EXPECT_EQ(daemon.reads.inside(), 1U);
  daemon.script->let_go();
  EXPECT_TRUE(wait_until([&] { return daemon.reads.inside() == 0; }));
  EXPECT_EQ(daemon.script->sources_alive, 0);
}

TEST(Pulls, CancelEndsTheQueryUnderWay) {
  DaemonParts daemon{{{.rows = numbers(3), .endless = true}}};
  const std::string id = daemon.pull();
  daemon.wait_for(id, IngestState::storing);
  expect_cancelled_at_once(daemon, id);
  EXPECT_GE(daemon.script->cancels, 1);
  EXPECT_EQ(daemon.script->sources_alive, 0);
}

TEST(Pulls, CancelEndsTheWaitForMemory) {
  config::Config config = small_config();
  DaemonParts daemon{{{.rows = numbers(3)}}, config};
  const auto everything = rowprint::wait(daemon.workers, daemon.budget.take(config.memory.budget_bytes, 1s)).value();
  const std::string id = daemon.pull();
  ASSERT_TRUE(wait_until([&] { return daemon.budget.waiting() == 1; }));
  expect_cancelled_at_once(daemon, id);
  EXPECT_EQ(daemon.budget.waiting(), 0U);
}

TEST(Pulls, NoMoreAreReadAtOnceThanAllowed) {
  config::Config config = small_config();
  config.pulls.concurrent = 2;
  DaemonParts daemon{{{.endless = true}}, config};
  const std::string first = daemon.pull("a");
  daemon.pull("b");
  PullRequest third;
  third.dataset = "c";
  third.source = "sales";
  const auto refused = daemon.pulls.start(third);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_EQ(daemon.jobs.running(), 2U);
  ASSERT_TRUE(daemon.jobs.cancel(first));
  daemon.end_of(first);
  EXPECT_TRUE(daemon.pulls.start(third));
}

TEST(Pulls, AnUnknownSourceIsNoJob) {
  DaemonParts daemon{{{}}};
  PullRequest request;
  request.dataset = "set";
  request.source = "nowhere";
  EXPECT_EQ(daemon.pulls.start(request).error().code, ErrorCode::not_found);
  EXPECT_TRUE(daemon.jobs.list().empty());
  EXPECT_EQ(daemon.reads.inside(), 0U);
}

TEST(Pulls, ThePasswordIsReadAnewForEachAttempt) {
  config::Config config = small_config();
  const std::string path = testing::TempDir() + "rowprint_pulls_test_password";
  const auto write = [&path](const char* password) { std::ofstream{path} << password << '\n'; };
  config.sources[0].password_file = path;
  config.pulls.backoff = config.pulls.backoff_max = 200ms;
  write("the old one");
  DaemonParts daemon{{{.refused = passing(ErrorCode::unavailable)}, {.rows = numbers(1)}}, config};
  const std::string id = daemon.pull();
  daemon.wait_for(id, IngestState::retrying);
  EXPECT_EQ(daemon.script->password(), "the old one");
  write("the new one");
  daemon.end_of(id);
  EXPECT_EQ(daemon.script->password(), "the new one");
  std::remove(path.c_str());
}

TEST(Pulls, ASourceWhoseURLIsNoneIsNamedWithoutIt) {
  config::Config config = small_config();
  config.sources.push_back({"broken", "bad:secret", "", ""});
  const auto made = Databases::make(config, Script::database_of(std::make_shared<Script>(std::vector<Scene>(1))));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().reason, "sources.broken: the URL is none");
}

}  // namespace
}  // namespace rowprint::daemon
