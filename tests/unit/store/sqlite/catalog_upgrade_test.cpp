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

/// What the second rowprint added.
constexpr std::string_view kTablesOf2 =
    "CREATE TABLE small_contents( content INTEGER PRIMARY KEY REFERENCES contents(id), rows BLOB NOT NULL) STRICT;"
    "CREATE TABLE idempotency_keys( id INTEGER PRIMARY KEY, dataset INTEGER NOT NULL REFERENCES datasets(id),"
    " key TEXT NOT NULL, row_order TEXT NOT NULL, fingerprint TEXT NOT NULL, ingest TEXT NOT NULL,"
    " number INTEGER NOT NULL, rp1s TEXT NOT NULL, rp1m TEXT, schema TEXT NOT NULL, rows INTEGER NOT NULL,"
    " stored_bytes INTEGER NOT NULL, rows_received INTEGER NOT NULL, rows_stored INTEGER NOT NULL,"
    " rows_quarantined INTEGER NOT NULL, bytes_received INTEGER NOT NULL, reused INTEGER NOT NULL,"
    " started_us INTEGER NOT NULL, sealed_us INTEGER NOT NULL, UNIQUE(dataset, key)) STRICT;";

const std::string kFingerprint = "rp1s:" + std::string(64, 'a');
const std::string kMultiset = "rp1m:" + std::string(64, 'b');

/// A disk with a catalog of version 1 or 2 that has one version of one content, which is known as a set.
std::unique_ptr<CrashingDisk> disk_of(int version) {
  CrashingDisk disk;
  {
    const Vfs vfs{disk, "/"};
    auto database = Database::open(vfs, "/catalog.sqlite", Database::Access::create);
    const std::string rows = fmt::format(
        "INSERT INTO contents VALUES (1, '{0}', '{1}', 'a=int', 5, 100, x'00', x'01');"
        "INSERT INTO segments VALUES (1, 0, 'file.sqlite'); INSERT INTO datasets VALUES (1, 'd', 3);"
        "INSERT INTO versions VALUES (1, 3, 'sequence', '{0}', 1, 'ingest', 7, 0);",
        kFingerprint, kMultiset);
    auto made = database->execute(
        fmt::format("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; BEGIN; {} {} {} PRAGMA application_id={};"
                    "PRAGMA user_version={}; COMMIT",
                    kTablesOf1, version == 2 ? kTablesOf2 : "", rows, 0x72703163, version));
    EXPECT_TRUE(made) << made.error().text();
  }
  return disk.after_power_cut(Unsynced::kept);
}

/// Whether everything that was there is there, and what came with later versions works.
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

  EXPECT_EQ(*run((*catalog)->read_digests(version->content)), nullptr) << "it was stored without";
  Content set = version->content;
  set.multiset = hashing::Fingerprint::parse(kMultiset);
  hashing::MultisetHash rows;
  set.digests = *run((*catalog)->keep_digests("set", rows));
  EXPECT_EQ(run((*catalog)->publish({"d", Order::set, "set"}, set))->content.digests, set.digests);
}

class CatalogUpgrade : public ::testing::TestWithParam<int> {};

TEST_P(CatalogUpgrade, ACatalogOfAnEarlierVersionGoesOnAsOneOfThis) {
  const auto disk = disk_of(GetParam());
  expect_upgraded(*disk);
}

TEST_P(CatalogUpgrade, APowerCutLeavesTheOneOrTheOther) {
  const auto before = disk_of(GetParam());
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

INSTANTIATE_TEST_SUITE_P(From, CatalogUpgrade, ::testing::Values(1, 2));

}  // namespace
}  // namespace rowprint::sqlite
