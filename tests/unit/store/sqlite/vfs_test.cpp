#include "store/sqlite/vfs.hpp"

#include "store/sqlite/database.hpp"
#include "tests/support/crashing_disk.hpp"
#include "tests/support/faulty_disk.hpp"
#include "tests/unit/store/sqlite/fixture.hpp"
#include "tests/unit/store/sqlite/hooked_disk.hpp"

#include <gtest/gtest.h>

namespace rowprint::sqlite {
namespace {

using namespace test;  // NOLINT: the fixture is this folder's own
using rowprint::test::CrashingDisk;
using rowprint::test::Fault;
using rowprint::test::FaultyDisk;
using rowprint::test::Lasting;
using rowprint::test::Unsynced;

constexpr const char* kTable = "CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)";

Database opened(const Vfs& vfs, const std::string& path) {
  auto database = Database::open(vfs, path, Database::Access::create);
  EXPECT_TRUE(database) << database.error().text();
  return std::move(*database);
}

std::int64_t rows_of(Database& database) {
  auto statement = database.prepare("SELECT count(*) FROM t");
  EXPECT_TRUE(statement) << statement.error().text();
  auto row = statement->step();
  EXPECT_TRUE(row) << row.error().text();
  return statement->integer(0);
}

TEST(Vfs, SeveralServeTheirOwnDisksAtOnce) {
  CrashingDisk first_disk;
  CrashingDisk second_disk;
  const Vfs first{first_disk, "/"};
  auto second = std::make_unique<Vfs>(second_disk, "/");
  EXPECT_STRNE(first.name(), second->name());
  {
    auto one = opened(first, "/x.sqlite");
    auto two = opened(*second, "/x.sqlite");
    ASSERT_TRUE(one.execute(kTable));
    ASSERT_TRUE(two.execute("CREATE TABLE t(a)"));
    EXPECT_EQ(rows_of(one), 2);
    EXPECT_EQ(rows_of(two), 0);
  }
  second.reset();
  auto again = opened(first, "/x.sqlite");
  EXPECT_EQ(rows_of(again), 2);
}

TEST(Vfs, OneThatIsGoneCanNotBeUsed) {
  CrashingDisk disk;
  const Vfs stays{disk, "/"};
  std::string name;
  {
    const Vfs goes{disk, "/"};
    name = goes.name();
  }
  EXPECT_NE(by_another_program("file:/x.sqlite?vfs=" + name, "SELECT 1"), "1");
}

TEST(Vfs, AFullDiskIsNamedWithItsOperationAndPath) {
  CrashingDisk medium;
  FaultyDisk disk{medium};
  const Vfs vfs{disk, "/"};
  auto database = opened(vfs, "/x.sqlite");
  disk.fail_at(1, Fault::no_space, Lasting::from_then_on);
  const auto refused = database.execute(kTable);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::no_space);
  EXPECT_NE(refused.error().reason.find("/x.sqlite"), std::string::npos) << refused.error().text();
  disk.heal();
  EXPECT_TRUE(database.execute(kTable));
}

TEST(Vfs, EveryOperationThatFailsIsAnErrorOfTheDiskAndNoLaterCallSeesIt) {
  for (std::uint64_t operation = 1;; ++operation) {
    CrashingDisk medium;
    FaultyDisk disk{medium};
    const Vfs vfs{disk, "/"};
    disk.fail_at(operation, Fault::io);
    const auto work = [&]() -> Result<void> {
      auto database = Database::open(vfs, "/x.sqlite", Database::Access::create);
      return database ? database->execute(kTable) : fail(database.error());
    };
    const auto worked = work();
    if (!disk.has_struck()) {
      EXPECT_GT(operation, 10U);
      break;
    }
    if (!worked) {
      EXPECT_EQ(worked.error().code, ErrorCode::io) << operation << ": " << worked.error().text();
      EXPECT_NE(worked.error().reason.find("made to fail"), std::string::npos) << worked.error().text();
    }
    auto database = opened(vfs, "/x.sqlite");
    const auto table = database.execute("SELECT * FROM nowhere");
    EXPECT_EQ(table.error().code, ErrorCode::internal) << table.error().text();
  }
}

TEST(Vfs, ASyncThatFindsNoRoomIsNotTakenForAWriteThatDid) {
  CrashingDisk medium;
  HookedDisk disk{medium};
  const Vfs vfs{disk, "/"};
  auto database = opened(vfs, "/x.sqlite");
  disk.before_sync = [](const std::string& path) -> Result<void> {
    return fail(ErrorCode::no_space, "sync " + path + ": full");
  };
  const auto refused = database.execute(kTable);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::no_space);
  EXPECT_FALSE(database.was_full());
}

/// Commits up to 12 rows with a log that is moved into the database at every second page; the number that was
/// acknowledged.
std::int64_t commit_until_the_power_goes(const CrashingDisk& disk, Database& database) {
  if (!database.execute(
          "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=2; CREATE TABLE t(a)")) {
    return -1;
  }
  std::int64_t rows = 0;
  while (rows < 12 && !disk.is_off() && database.execute("INSERT INTO t VALUES (zeroblob(1000))")) {
    ++rows;
  }
  return rows;
}

TEST(Vfs, WhatWasCommittedIsThereAfterAPowerCutAtAnyOperation) {
  for (std::uint64_t operation = 1;; ++operation) {
    CrashingDisk disk;
    std::int64_t committed = 0;
    {
      const Vfs vfs{disk, "/"};
      auto database = opened(vfs, "/x.sqlite");
      disk.cut_at(operation);
      committed = commit_until_the_power_goes(disk, database);
    }
    const bool finished = !disk.is_off();
    for (const Unsynced unsynced : {Unsynced::lost, Unsynced::kept, Unsynced::some}) {
      const auto later = disk.after_power_cut(unsynced, operation);
      const Vfs vfs{*later, "/"};
      auto database = opened(vfs, "/x.sqlite");
      ASSERT_TRUE(database.execute("PRAGMA locking_mode=EXCLUSIVE"));
      if (committed >= 0) {
        const auto rows = rows_of(database);
        EXPECT_GE(rows, committed) << "cut at " << operation;
        EXPECT_LE(rows, committed + 1) << "cut at " << operation;
      }
    }
    if (finished) {
      EXPECT_EQ(committed, 12);
      break;
    }
  }
}

TEST(Vfs, TemporaryFilesGoToTheirFolderAndAreRemoved) {
  CrashingDisk disk;
  ASSERT_TRUE(disk.make_directory("/temporary"));
  const Vfs vfs{disk, "/temporary"};
  {
    auto database = opened(vfs, "/x.sqlite");
    ASSERT_TRUE(
        database.execute("PRAGMA temp_store=FILE; PRAGMA temp.cache_size=2; CREATE TEMP TABLE t(a);"
                         "WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                         "INSERT INTO t SELECT zeroblob(500) FROM n"));
    EXPECT_EQ(rows_of(database), 2000);
    EXPECT_FALSE(disk.list("/temporary")->empty());
  }
  EXPECT_TRUE(disk.list("/temporary")->empty());
}

TEST(Vfs, AnotherProgramFindsADatabaseInUseLocked) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.sqlite");
  const Vfs vfs{posix_disk(), folder.path()};
  {
    auto database = opened(vfs, path);
    ASSERT_TRUE(database.execute(std::string{"PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;"} + kTable));
    EXPECT_EQ(by_another_program(path, "SELECT count(*) FROM t"), "error: database is locked");
    EXPECT_EQ(by_another_program(path, "DELETE FROM t"), "error: database is locked");
    EXPECT_EQ(rows_of(database), 2);
  }
  EXPECT_EQ(by_another_program(path, "SELECT count(*) FROM t"), "2");
}

TEST(Vfs, ASecondConnectionIsToldThatTheDatabaseIsLocked) {
  CrashingDisk disk;
  const Vfs vfs{disk, "/"};
  auto first = opened(vfs, "/x.sqlite");
  ASSERT_TRUE(first.execute(kTable));
  auto second = opened(vfs, "/x.sqlite");
  const auto refused = second.execute("SELECT count(*) FROM t");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_TRUE(refused.error().retryable);
}

}  // namespace
}  // namespace rowprint::sqlite
