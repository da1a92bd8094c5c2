#include "store/sqlite/catalog.hpp"

#include "tests/support/crashing_disk.hpp"
#include "tests/unit/store/sqlite/fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rowprint::sqlite {
namespace {

using namespace test;  // NOLINT: the fixture is this folder's own
using rowprint::test::CrashingDisk;
using rowprint::test::Unsynced;

/// As the first rowprint made them.
constexpr std::string_view kTablesOf1 =
    "CREATE TABLE contents( id INTEGER PRIMARY KEY, rp1s TEXT NOT NULL UNIQUE, rp1m TEXT UNIQUE, schema TEXT NOT NULL,"
    " rows INTEGER NOT NULL, stored_bytes INTEGER NOT NULL, hash_state BLOB NOT NULL, inference_state BLOB NOT NULL)"
    " STRICT;"
    "CREATE TABLE segments( content INTEGER NOT NULL REFERENCES contents(id), ordinal INTEGER NOT NULL,"
    " location TEXT NOT NULL UNIQUE, PRIMARY KEY(content, ordinal)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE datasets( id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last_number INTEGER NOT NULL) STRICT;"
    "CREATE TABLE versions( dataset INTEGER NOT NULL REFERENCES datasets(id), number INTEGER NOT NULL,"
    " row_order TEXT NOT NULL, fingerprint TEXT NOT NULL, content INTEGER NOT NULL REFERENCES contents(id),"
    " ingest TEXT NOT NULL, sealed_us INTEGER NOT NULL, reused INTEGER NOT NULL, PRIMARY KEY(dataset, number)) STRICT,"
    " WITHOUT ROWID;"
    "CREATE INDEX versions_by_content ON versions(content);";

const std::string kFingerprint = "rp1s:" + std::string(64, 'a');

/// A disk with a catalog of version 1 that has one version of one content.
std::unique_ptr<CrashingDisk> disk_of_1() {
  CrashingDisk disk;
  {
    const Vfs vfs{disk, "/"};
    auto database = Database::open(vfs, "/catalog.sqlite", Database::Access::create);
    const std::string rows = fmt::format(
        "INSERT INTO contents VALUES (1, '{0}', NULL, 'a=int', 5, 100, x'00', x'01');"
        "INSERT INTO segments VALUES (1, 0, 'file.sqlite'); INSERT INTO datasets VALUES (1, 'd', 3);"
        "INSERT INTO versions VALUES (1, 3, 'sequence', '{0}', 1, 'ingest', 7, 0);",
        kFingerprint);
    auto made = database->execute(
        fmt::format("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; BEGIN; {} {} PRAGMA application_id={};"
                    "PRAGMA user_version=1; COMMIT",
                    kTablesOf1, rows, 0x72703163));
    EXPECT_TRUE(made) << made.error().text();
  }
  return disk.after_power_cut(Unsynced::kept);
}

/// Whether everything that was there is there, and what came with version 2 works.
void expect_upgraded(Disk& disk) {
  const Vfs vfs{disk, "/"};
  UnpublishedRows unpublished;
  Runner run;
  auto catalog = CatalogDatabase::open(vfs, "/catalog.sqlite", unpublished, {});
  ASSERT_TRUE(catalog) << catalog.error().text();
  const auto version = run((*catalog)->version("d", 0));
  ASSERT_TRUE(version) << version.error().text();
  EXPECT_EQ(version->version.number, 3U);
  EXPECT_EQ(version->content.sequence.text(), kFingerprint);
  EXPECT_EQ(version->content.location, "file.sqlite");
  EXPECT_EQ(version->content.rows, 5U);

  Content small = made_up_content(1);
  small.location = small_location("ingest");
  ASSERT_TRUE(unpublished.add(small.location, "rows"));
  NewVersion keyed{"d", Order::sequence, "ingest"};
  keyed.idempotency = IdempotencyKey{"k", {}};
  const auto published = run((*catalog)->publish(keyed, small));
  ASSERT_TRUE(published) << published.error().text();
  EXPECT_EQ(published->version.number, 4U);
  EXPECT_EQ(run((*catalog)->small_rows(small.location))->value_or(""), "rows");
  EXPECT_TRUE(run((*catalog)->alias(keyed, small.sequence))->earlier);
}

TEST(CatalogUpgrade, ACatalogOfTheFirstVersionGoesOnAsOneOfThis) {
  const auto disk = disk_of_1();
  expect_upgraded(*disk);
}

TEST(CatalogUpgrade, APowerCutLeavesTheOneOrTheOther) {
  const auto before = disk_of_1();
  bool finished = false;
  for (std::uint64_t operation = 1; !finished; ++operation) {
    const auto disk = before->after_power_cut(Unsynced::kept);
    disk->cut_at(operation);
    {
      const Vfs vfs{*disk, "/"};
      UnpublishedRows unpublished;
      finished = CatalogDatabase::open(vfs, "/catalog.sqlite", unpublished, {}).has_value() && !disk->is_off();
    }
    for (const Unsynced unsynced : {Unsynced::lost, Unsynced::kept, Unsynced::some}) {
      SCOPED_TRACE(operation);
      expect_upgraded(*disk->after_power_cut(unsynced, operation));
    }
    if (::testing::Test::HasFailure()) {
      return;
    }
  }
}

}  // namespace
}  // namespace rowprint::sqlite
