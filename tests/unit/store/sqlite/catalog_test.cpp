#include "store/sqlite/catalog.hpp"

#include "tests/support/crashing_disk.hpp"
#include "tests/unit/store/sqlite/fixture.hpp"
#include "tests/unit/store/sqlite/hooked_disk.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>

namespace rowprint::sqlite {
namespace {

using namespace test;  // NOLINT: the fixture is this folder's own
using rowprint::test::CrashingDisk;
using rowprint::test::Unsynced;

NewVersion version_of(const std::string& dataset, Order order = Order::sequence) {
  return {dataset, order, new_ingest_id()};
}

hashing::Fingerprint multiset(std::uint8_t seed) {
  hashing::Fingerprint fingerprint;
  fingerprint.kind = hashing::Fingerprint::Kind::multiset;
  fingerprint.digest.fill(seed);
  return fingerprint;
}

Content with_multiset(Content content, std::uint8_t seed) {
  content.multiset = multiset(seed);
  return content;
}

class CatalogTest : public ::testing::Test {
 protected:
  CatalogTest() { open(); }

  void open() {
    catalog_.reset();
    auto opened = CatalogDatabase::open(vfs_, "/catalog.sqlite", unpublished_, {});
    ASSERT_TRUE(opened) << opened.error().text();
    catalog_ = std::move(*opened);
  }
  Published published(const NewVersion& version, const Content& content) {
    auto done = run_(catalog_->publish(version, content));
    EXPECT_TRUE(done) << done.error().text();
    return done ? *done : Published{};
  }

  CrashingDisk medium_;
  HookedDisk disk_{medium_};
  Vfs vfs_{disk_, "/"};
  UnpublishedRows unpublished_;
  Runner run_;
  std::unique_ptr<CatalogDatabase> catalog_;
};

TEST_F(CatalogTest, EverythingIsThereAfterItIsOpenedAgain) {
  const Content content = with_multiset(made_up_content(1), 7);
  const Published before = published(version_of("d", Order::set), content);
  open();
  const auto after = run_(catalog_->version("d", 0));
  ASSERT_TRUE(after) << after.error().text();
  EXPECT_EQ(after->version.number, 1U);
  EXPECT_EQ(after->version.order, Order::set);
  EXPECT_EQ(after->version.fingerprint, multiset(7));
  EXPECT_EQ(after->version.ingest, before.version.ingest);
  EXPECT_EQ(after->version.sealed, before.version.sealed);
  EXPECT_FALSE(after->reused);
  EXPECT_EQ(after->content.sequence, content.sequence);
  EXPECT_EQ(after->content.multiset, content.multiset);
  EXPECT_EQ(after->content.schema, content.schema);
  EXPECT_EQ(after->content.rows, content.rows);
  EXPECT_EQ(after->content.stored_bytes, content.stored_bytes);
  EXPECT_EQ(after->content.location, content.location);
  EXPECT_EQ(after->content.hash_state, content.hash_state);
  EXPECT_EQ(after->content.inference_state, content.inference_state);
}

TEST_F(CatalogTest, NumbersAreNotUsedAgainEvenAfterItIsOpenedAgain) {
  published(version_of("d"), made_up_content(1));
  published(version_of("d"), made_up_content(2));
  ASSERT_TRUE(run_(catalog_->remove("d", 0)));
  open();
  EXPECT_EQ(published(version_of("d"), made_up_content(3)).version.number, 3U);
}

TEST_F(CatalogTest, ASequenceThatIsAskedForAsASetGainsItsReuseKey) {
  published(version_of("d"), made_up_content(1));
  EXPECT_FALSE(*run_(catalog_->find_content(multiset(9))));
  const Content again = with_multiset(made_up_content(1), 9);
  const Published set = published(version_of("d", Order::set), again);
  EXPECT_TRUE(set.reused);
  EXPECT_NE(set.content.location, again.location);
  EXPECT_EQ(set.content.multiset, multiset(9));
  EXPECT_TRUE(run_(catalog_->alias(version_of("e", Order::set), multiset(9))));
}

TEST_F(CatalogTest, ASetInAnotherOrderIsTheSetThatIsThere) {
  const Published first = published(version_of("d", Order::set), with_multiset(made_up_content(1), 9));
  const Published second = published(version_of("d", Order::set), with_multiset(made_up_content(2), 9));
  EXPECT_TRUE(second.reused);
  EXPECT_EQ(second.content.sequence, first.content.sequence);
  EXPECT_FALSE(*run_(catalog_->find_content(made_up_content(2).sequence)));
}

TEST_F(CatalogTest, TheSameRowsUnderTwoMultisetFingerprintsAreRefused) {
  published(version_of("d", Order::set), with_multiset(made_up_content(1), 9));
  const auto refused = run_(catalog_->publish(version_of("d", Order::set), with_multiset(made_up_content(1), 8)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
  EXPECT_EQ(run_(catalog_->versions("d"))->size(), 1U);
}

TEST_F(CatalogTest, WhoPublishesTheSameLocationTwiceKeepsIt) {
  const Content content = made_up_content(1);
  EXPECT_FALSE(published(version_of("d"), content).reused);
  EXPECT_FALSE(published(version_of("d"), content).reused) << "a caller would remove what the version points at";
}

TEST_F(CatalogTest, AnAliasThatIsNotFoundLeavesNoTrace) {
  const auto alias = run_(catalog_->alias(version_of("d"), made_up_content(1).sequence));
  ASSERT_FALSE(alias);
  EXPECT_EQ(alias.error().code, ErrorCode::not_found);
  EXPECT_EQ(published(version_of("d"), made_up_content(1)).version.number, 1U);
}

TEST_F(CatalogTest, ANumberBeyondAllIsNotFound) {
  published(version_of("d"), made_up_content(1));
  EXPECT_EQ(run_(catalog_->version("d", std::numeric_limits<std::uint64_t>::max())).error().code, ErrorCode::not_found);
  EXPECT_EQ(run_(catalog_->remove("d", std::numeric_limits<std::uint64_t>::max())).error().code, ErrorCode::not_found);
}

/// Holds the catalog's thread in the sync of one commit, and counts syncs of the log.
class GroupCommitTest : public CatalogTest {
 protected:
  GroupCommitTest() {
    published(version_of("before"), made_up_content(99));
    disk_.before_sync = [this](const std::string& path) -> Result<void> {
      if (path.ends_with("-wal")) {
        ++syncs_;
        if (holding_.exchange(false)) {
          held_.set_value();
          released_.get_future().wait();
        }
        if (failing_) {
          return fail(ErrorCode::io, "sync " + path + ": made to fail");
        }
      }
      return {};
    };
  }
  ~GroupCommitTest() override {
    catalog_.reset();
    callers_.join();
  }

  template <typename T>
  std::future<T> begin(awaitable<T> work) {
    return boost::asio::co_spawn(callers_, std::move(work), boost::asio::use_future);
  }
  /// A commit that is in its sync until release(), and meanwhile everything that `submit` begins.
  template <typename Submit>
  void while_a_commit_runs(Submit submit) {
    holding_ = true;
    first_ = begin(catalog_->publish(version_of("first"), made_up_content(100)));
    held_.get_future().wait();
    syncs_ = 0;
    submit();
    std::promise<void> submitted;
    boost::asio::post(callers_, [&submitted] { submitted.set_value(); });
    submitted.get_future().wait();
    released_.set_value();
    EXPECT_EQ(first_.get().has_value(), !failing_);
  }

  boost::asio::thread_pool callers_{1};
  std::future<Result<Published>> first_;
  std::atomic<int> syncs_{0};
  std::atomic<bool> holding_{false};
  std::atomic<bool> failing_{false};
  std::promise<void> held_;
  std::promise<void> released_;
};

TEST_F(GroupCommitTest, WhatWaitsForACommitSharesTheNext) {
  std::vector<std::future<Result<Published>>> waiting;
  while_a_commit_runs([&] {
    for (std::uint8_t index = 0; index < 20; ++index) {
      waiting.push_back(begin(catalog_->publish(version_of("d"), made_up_content(index))));
    }
  });
  std::vector<std::uint64_t> numbers;
  for (auto& one : waiting) {
    auto done = one.get();
    ASSERT_TRUE(done) << done.error().text();
    numbers.push_back(done->version.number);
  }
  EXPECT_EQ(syncs_, 1);
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(numbers.front(), 1U);
  EXPECT_EQ(numbers.back(), 20U);
}

TEST_F(GroupCommitTest, OneThatFailsTakesNobodyWithIt) {
  std::vector<std::future<Result<Published>>> waiting;
  while_a_commit_runs([&] {
    waiting.push_back(begin(catalog_->publish(version_of("d"), made_up_content(1))));
    waiting.push_back(begin(catalog_->alias(version_of("d"), made_up_content(50).sequence)));
    waiting.push_back(begin(catalog_->alias(version_of("d"), made_up_content(1).sequence)));
  });
  EXPECT_TRUE(waiting[0].get());
  EXPECT_EQ(waiting[1].get().error().code, ErrorCode::not_found);
  const auto alias = waiting[2].get();
  ASSERT_TRUE(alias) << alias.error().text();
  EXPECT_EQ(alias->version.number, 2U);
  EXPECT_EQ(syncs_, 1);
}

TEST_F(GroupCommitTest, ACommitThatFailsFailsAllAndSaysThatNobodyKnows) {
  std::vector<std::future<Result<Published>>> waiting;
  auto released = std::future<Result<Released>>{};
  while_a_commit_runs([&] {
    waiting.push_back(begin(catalog_->publish(version_of("d"), made_up_content(1))));
    waiting.push_back(begin(catalog_->alias(version_of("d"), made_up_content(1).sequence)));
    waiting.push_back(begin(catalog_->alias(version_of("d"), made_up_content(50).sequence)));
    released = begin(catalog_->remove("before", 0));
    failing_ = true;
  });
  for (std::size_t index = 0; index < waiting.size(); ++index) {
    const auto failed = waiting[index].get();
    ASSERT_FALSE(failed) << index;
    EXPECT_EQ(failed.error().code, ErrorCode::io) << failed.error().text();
    EXPECT_EQ(failed.error().reason, "sync /catalog.sqlite-wal: made to fail");
    EXPECT_EQ(failed.error().outcome_unknown, index != 2) << index;
  }
  EXPECT_TRUE(released.get().error().outcome_unknown);

  failing_ = false;
  EXPECT_TRUE(run_(catalog_->versions("d"))->empty());
  EXPECT_EQ(run_(catalog_->versions("before"))->size(), 1U);
  EXPECT_EQ(published(version_of("d"), made_up_content(2)).version.number, 1U);
}

TEST_F(CatalogTest, ACommitThatFindsNoRoomDidNotHappen) {
  published(version_of("d"), made_up_content(1));
  disk_.before_write = [](const std::string& path) -> Result<void> {
    return fail(ErrorCode::no_space, "write " + path + ": full");
  };
  const auto full = run_(catalog_->publish(version_of("d"), made_up_content(2)));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::no_space);
  EXPECT_FALSE(full.error().outcome_unknown);
  disk_.before_write = nullptr;
  EXPECT_EQ(published(version_of("d"), made_up_content(2)).version.number, 2U);
}

TEST_F(CatalogTest, WhatWasAnsweredIsThereAfterAPowerCutAndNothingHalf) {
  for (std::uint64_t operation = 1;; ++operation) {
    CrashingDisk disk;
    std::uint64_t answered = 0;
    {
      const Vfs vfs{disk, "/"};
      UnpublishedRows unpublished;
      auto catalog = CatalogDatabase::open(vfs, "/catalog.sqlite", unpublished, {});
      ASSERT_TRUE(catalog);
      disk.cut_at(operation);
      for (std::uint8_t index = 0; index < 3; ++index) {
        if (!run_((*catalog)->publish(version_of("d"), made_up_content(index)))) {
          break;
        }
        ++answered;
      }
    }
    const bool finished = !disk.is_off();
    for (const Unsynced unsynced : {Unsynced::lost, Unsynced::kept, Unsynced::some}) {
      const auto later = disk.after_power_cut(unsynced, operation);
      const Vfs vfs{*later, "/"};
      UnpublishedRows unpublished;
      auto catalog = CatalogDatabase::open(vfs, "/catalog.sqlite", unpublished, {});
      ASSERT_TRUE(catalog) << "cut at " << operation << ": " << catalog.error().text();
      const auto versions = run_((*catalog)->versions("d"));
      ASSERT_TRUE(versions) << versions.error().text();
      EXPECT_GE(versions->size(), answered) << "cut at " << operation;
      EXPECT_LE(versions->size(), answered + 1) << "cut at " << operation;
      EXPECT_EQ(run_((*catalog)->locations())->size(), versions->size());
    }
    if (finished) {
      break;
    }
  }
}

TEST_F(CatalogTest, ACatalogOfANewerVersionIsRefusedByName) {
  catalog_.reset();
  {
    auto database = Database::open(vfs_, "/catalog.sqlite", Database::Access::create);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA user_version=4"));
  }
  const auto refused = CatalogDatabase::open(vfs_, "/catalog.sqlite", unpublished_, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_NE(refused.error().reason.find("version 4"), std::string::npos) << refused.error().text();
}

TEST_F(CatalogTest, AnotherDatabaseIsNoCatalog) {
  {
    auto database = Database::open(vfs_, "/other.sqlite", Database::Access::create);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute("CREATE TABLE t(a)"));
  }
  EXPECT_EQ(CatalogDatabase::open(vfs_, "/other.sqlite", unpublished_, {}).error().code, ErrorCode::corrupt);
}

TEST_F(CatalogTest, ASecondCatalogOnTheSameFileIsBusy) {
  EXPECT_EQ(CatalogDatabase::open(vfs_, "/catalog.sqlite", unpublished_, {}).error().code, ErrorCode::busy);
}

}  // namespace
}  // namespace rowprint::sqlite
