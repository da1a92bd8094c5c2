#include "tests/contract/store_contract.hpp"

#include <atomic>
#include <barrier>
#include <set>
#include <thread>

namespace rowprint::test {
namespace {

constexpr int kThreads = 4;

template <typename Work>
void at_once(Work work) {
  std::barrier start(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&start, &work, thread] {
      start.arrive_and_wait();
      work(thread);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST_P(StoreContract, IngestsOfTheSameRowsAtOnceEndWithOneContentAndTheirVersions) {
  for (std::int64_t round = 0; round < 8; ++round) {
    std::atomic<int> stored{0};
    at_once([&](int) {
      const Receipt receipt = push("d", few_rows(round));
      stored += receipt.reused ? 0 : 1;
    });
    EXPECT_EQ(stored, 1) << "of all, one brought the content";
    EXPECT_EQ(run(catalog().locations())->size(), static_cast<std::size_t>(round + 1));
  }
  EXPECT_EQ(run(catalog().versions("d"))->size(), 8U * kThreads);
  EXPECT_TRUE(run(store().recover(*run(catalog().locations())))->removed.empty()) << "the losers removed theirs";
  expect_consistent();
}

TEST_P(StoreContract, IngestsUnderOneKeyAtOnceMakeOneVersion) {
  for (std::int64_t round = 0; round < 8; ++round) {
    const std::string dataset = "d" + std::to_string(round);
    std::atomic<int> published{0};
    std::atomic<std::uint64_t> number{0};
    at_once([&](int) {
      RowsSource source(few_rows(round));
      IngestRequest request = into(dataset);
      request.idempotency_key = "k";
      const auto receipt = run(ingestor().ingest(std::move(request), static_cast<Source&>(source)));
      if (!receipt) {
        EXPECT_EQ(receipt.error().code, ErrorCode::conflict) << receipt.error().text();
        EXPECT_TRUE(receipt.error().retryable);
        return;
      }
      published += receipt->replayed ? 0 : 1;
      number = receipt->version.number;
    });
    EXPECT_EQ(published, 1);
    EXPECT_EQ(number, 1U);
    EXPECT_EQ(run(catalog().versions(dataset))->size(), 1U);
  }
  expect_consistent();
}

TEST_P(StoreContract, OfIngestsAtOnceThatDemandTheSameLatestVersionOneIsAdded) {
  Precondition precondition{Precondition::Demand::no_version, {}};
  for (std::uint64_t round = 1; round <= 8; ++round) {
    std::atomic<int> added{0};
    at_once([&](int thread) {
      RowsSource source(few_rows(static_cast<std::int64_t>(10 * round) + thread));
      IngestRequest request = into("d");
      request.precondition = precondition;
      const auto receipt = run(ingestor().ingest(std::move(request), static_cast<Source&>(source)));
      added += receipt ? 1 : 0;
      EXPECT_TRUE(receipt || receipt.error().code == ErrorCode::precondition_failed) << receipt.error().text();
    });
    EXPECT_EQ(added, 1);
    const auto latest = run(catalog().version("d", 0));
    ASSERT_TRUE(latest) << latest.error().text();
    EXPECT_EQ(latest->version.number, round);
    precondition = {Precondition::Demand::latest_among_tags, {{round, latest->version.fingerprint}}};
  }
  EXPECT_TRUE(run(store().recover(*run(catalog().locations())))->removed.empty());
  expect_consistent();
}

TEST_P(StoreContract, PublishingTheSameContentFromTwoPlacesKeepsOne) {
  std::vector<Content> contents;
  for (int thread = 0; thread < kThreads; ++thread) {
    contents.push_back(seal(few_rows()));
  }
  std::vector<Published> published(kThreads);
  at_once([&](int thread) {
    const auto at = static_cast<std::size_t>(thread);
    auto done = run(catalog().publish({"d", Order::sequence, new_ingest_id()}, contents[at]));
    ASSERT_TRUE(done) << done.error().text();
    published[at] = *done;
  });
  std::set<std::uint64_t> numbers;
  std::set<std::string> locations;
  int reused = 0;
  for (const Published& one : published) {
    numbers.insert(one.version.number);
    locations.insert(one.content.location);
    reused += one.reused ? 1 : 0;
  }
  EXPECT_EQ(numbers, (std::set<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(locations.size(), 1U);
  EXPECT_EQ(reused, kThreads - 1);
  EXPECT_EQ(run(catalog().locations())->size(), 1U);
}

TEST_P(StoreContract, IngestsOfDifferentRowsAtOnceAllEndWhole) {
  at_once([&](int thread) {
    for (std::int64_t i = 0; i < 6; ++i) {
      push("d" + std::to_string(thread), few_rows(100 * thread + i), i % 2 == 0 ? Order::sequence : Order::set);
    }
  });
  EXPECT_EQ(run(catalog().datasets())->size(), std::size_t{kThreads});
  expect_consistent();
}

TEST_P(StoreContract, AnAliasThatMeetsARemovalIsAWholeVersionOrNotFound) {
  for (int round = 0; round < 20; ++round) {
    const Content content = push("d", few_rows()).content;
    std::atomic<int> versions{0};
    at_once([&](int thread) {
      if (thread == 0) {
        const auto released = run(catalog().remove("d", 0));
        ASSERT_TRUE(released) << released.error().text();
        for (const std::string& location : released->locations) {
          EXPECT_TRUE(run(store().remove(location)));
        }
      } else {
        const auto alias =
            run(catalog().alias({"e" + std::to_string(thread), Order::sequence, new_ingest_id()}, content.sequence));
        if (alias) {
          ++versions;
        } else {
          EXPECT_EQ(alias.error().code, ErrorCode::not_found) << alias.error().text();
        }
      }
    });
    std::size_t visible = 0;
    const auto datasets = run(catalog().datasets());
    ASSERT_TRUE(datasets) << datasets.error().text();
    for (const DatasetSummary& summary : *datasets) {
      visible += summary.versions;
      EXPECT_TRUE(read(summary.latest.content)) << "a version whose rows are gone";
      const auto released = run(catalog().remove(summary.name, 0));
      ASSERT_TRUE(released);
      for (const std::string& location : released->locations) {
        EXPECT_TRUE(run(store().remove(location)));
      }
    }
    EXPECT_EQ(visible, static_cast<std::size_t>(versions));
  }
}

TEST_P(StoreContract, IngestsAndRemovalsOfOneContentAtOnceLeaveNoVersionWithoutRows) {
  at_once([&](int thread) {
    for (int i = 0; i < 12; ++i) {
      const std::string dataset = "d" + std::to_string(thread);
      push(dataset, few_rows());
      if (i % 3 != 2) {
        const auto released = run(catalog().remove(dataset, 0));
        ASSERT_TRUE(released) << released.error().text();
        for (const std::string& location : released->locations) {
          EXPECT_TRUE(run(store().remove(location)));
        }
      }
    }
  });
  expect_consistent();
  EXPECT_TRUE(run(store().recover(*run(catalog().locations())))->removed.empty());
}

}  // namespace
}  // namespace rowprint::test
