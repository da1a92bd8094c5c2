#include "store/sqlite/catalog.hpp"

#include "tests/support/crashing_disk.hpp"
#include "tests/unit/store/sqlite/fixture.hpp"

#include <gtest/gtest.h>

namespace rowprint::sqlite {
namespace {

using namespace test;  // NOLINT: the fixture is this folder's own
using namespace std::chrono_literals;
using rowprint::test::CrashingDisk;

class IdempotencyKeysTest : public ::testing::Test {
 protected:
  void open(KeyRetention retention) {
    catalog_.reset();
    auto opened = CatalogDatabase::open(vfs_, "/catalog.sqlite", unpublished_, retention);
    ASSERT_TRUE(opened) << opened.error().text();
    catalog_ = std::move(*opened);
  }
  /// Whether a push of the content under the key was answered by an earlier receipt.
  bool is_replayed(const std::string& key, std::uint8_t content = 1) {
    NewVersion version{"d", Order::sequence, new_ingest_id()};
    version.idempotency = IdempotencyKey{key, {}};
    const auto published = run_(catalog_->publish(version, made_up_content(content)));
    EXPECT_TRUE(published) << published.error().text();
    return published && published->earlier != nullptr;
  }

  CrashingDisk disk_;
  Vfs vfs_{disk_, "/"};
  UnpublishedRows unpublished_;
  Runner run_;
  std::unique_ptr<CatalogDatabase> catalog_;
};

TEST_F(IdempotencyKeysTest, AKeyIsKnownAfterTheNextStart) {
  open({});
  EXPECT_FALSE(is_replayed("k"));
  open({});
  EXPECT_TRUE(is_replayed("k"));
}

TEST_F(IdempotencyKeysTest, AKeyThatHasExpiredIsFreeForAnyContent) {
  open({});
  EXPECT_FALSE(is_replayed("k", 1));
  open({0us, 100});
  EXPECT_FALSE(is_replayed("k", 2));
  open({});
  EXPECT_TRUE(is_replayed("k", 2)) << "the later receipt took the place of the first";
}

TEST_F(IdempotencyKeysTest, BeyondTheBoundTheOldestGoFirst) {
  open({24h, 3});
  for (const char* key : {"a", "b", "c", "d", "e"}) {
    EXPECT_FALSE(is_replayed(key));
  }
  for (const char* key : {"c", "d", "e"}) {
    EXPECT_TRUE(is_replayed(key)) << key;
  }
  EXPECT_FALSE(is_replayed("a"));
  EXPECT_FALSE(is_replayed("b"));
}

TEST_F(IdempotencyKeysTest, ABoundThatWasLoweredIsReachedAgain) {
  open({});
  for (int key = 0; key < 300; ++key) {
    ASSERT_FALSE(is_replayed("many " + std::to_string(key)));
  }
  open({24h, 2});
  for (int key = 0; key < 8; ++key) {
    ASSERT_FALSE(is_replayed("few " + std::to_string(key)));
  }
  catalog_.reset();
  auto database = Database::open(vfs_, "/catalog.sqlite", Database::Access::create);
  ASSERT_TRUE(database->execute("PRAGMA locking_mode=EXCLUSIVE"));
  auto count = database->prepare("SELECT count(*) FROM idempotency_keys");
  ASSERT_TRUE(count);
  ASSERT_TRUE(*count->step());
  EXPECT_EQ(count->integer(0), 2);
}

TEST_F(IdempotencyKeysTest, AKeyThatIsNotKeptLeavesNoTraceOfItsVersion) {
  open({});
  NewVersion version{"d", Order::sequence, new_ingest_id()};
  version.idempotency = IdempotencyKey{"k", {}};
  EXPECT_EQ(run_(catalog_->alias(version, made_up_content(1).sequence)).error().code, ErrorCode::not_found);
  EXPECT_FALSE(is_replayed("k"));
}

}  // namespace
}  // namespace rowprint::sqlite
