#include "store/sqlite/data_directory.hpp"

#include "tests/support/crashing_disk.hpp"
#include "tests/support/faulty_disk.hpp"
#include "tests/unit/store/sqlite/fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>

namespace rowprint::sqlite {
namespace {

using namespace test;  // NOLINT: the fixture is this folder's own
using rowprint::test::CrashingDisk;
using rowprint::test::Fault;
using rowprint::test::FaultyDisk;

std::vector<Row> some_rows(std::int64_t first = 1) {
  return {{{"a", {first}}}, {{"a", {first + 1}}}};
}

std::unique_ptr<DataDirectory> opened(const std::string& path, Disk& disk = posix_disk()) {
  DataDirectory::Options options;
  options.program = "rowprintd";
  options.small_bytes_max = 0;
  auto data = DataDirectory::open(path, disk, options);
  EXPECT_TRUE(data) << data.error().text();
  return data ? std::move(*data) : nullptr;
}

TEST(DataDirectory, IsMadeWithItsParentsAndHoldsWhatWasPublished) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a/b");
  Runner run;
  Content content;
  {
    auto data = opened(path);
    ASSERT_TRUE(data);
    content = *run(store_rows(data->store(), some_rows()));
    ASSERT_TRUE(run(data->catalog().publish({"d", Order::sequence, "i"}, content)));
  }
  auto data = opened(path);
  ASSERT_TRUE(data);
  EXPECT_TRUE(data->missing().empty());
  EXPECT_TRUE(data->removed().empty());
  const auto published = run(data->catalog().version("d", 0));
  ASSERT_TRUE(published) << published.error().text();
  const auto rows = run(read_rows(data->store(), published->content));
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rowprint::test::difference(some_rows(), content.schema, *rows), "");
}

TEST(DataDirectory, ASecondOneIsBusyAndNamesTheFirst) {
  const TemporaryFolder folder;
  auto first = opened(folder.path());
  ASSERT_TRUE(first);
  const auto second = DataDirectory::open(folder.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::busy);
  EXPECT_NE(second.error().reason.find(
                fmt::format("{} is in use by rowprintd, pid {} on ", folder.path().string(), ::getpid())),
            std::string::npos)
      << second.error().text();
  first.reset();
  EXPECT_TRUE(opened(folder.path()));
}

TEST(DataDirectory, WhoComesSecondRemovesNothing) {
  const TemporaryFolder folder;
  auto first = opened(folder.path());
  Runner run;
  StoreTicket ticket{"under-way", 1U << 20U};
  auto transaction = run(first->store().begin(std::move(ticket)));
  ASSERT_TRUE(transaction);
  ASSERT_FALSE(DataDirectory::open(folder.path()));
  EXPECT_TRUE(std::filesystem::exists(folder.file("staging/under-way.sqlite")));
}

TEST(DataDirectory, AHolderThatWasKilledHoldsNothing) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    // In the child only what a daemon does at its start; it ends without cleaning up.
    auto data = DataDirectory::open(folder.path());
    ::_exit(data ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_TRUE(opened(folder.path()));
}

TEST(DataDirectory, OpeningClearsWhatNoVersionNeedsAndNamesWhatIsGone) {
  const TemporaryFolder folder;
  Runner run;
  Content gone;
  Content orphan;
  {
    auto data = opened(folder.path());
    gone = *run(store_rows(data->store(), some_rows(1)));
    orphan = *run(store_rows(data->store(), some_rows(2)));
    ASSERT_TRUE(run(data->catalog().publish({"d", Order::sequence, "i"}, gone)));
  }
  std::filesystem::remove(folder.file("contents/") + gone.location);
  std::ofstream(folder.file("staging/spill")) << "left";
  auto data = opened(folder.path());
  EXPECT_EQ(data->missing(), std::vector<std::string>{gone.location});
  EXPECT_EQ(data->removed(), (std::vector<std::string>{"spill", orphan.location}));
  EXPECT_TRUE(std::filesystem::is_empty(data->spill_directory()));
}

TEST(DataDirectory, TheCatalogOfARunningHolderIsLockedForOtherPrograms) {
  const TemporaryFolder folder;
  const auto data = opened(folder.path());
  EXPECT_EQ(by_another_program(folder.file("catalog.sqlite"), "SELECT * FROM versions"), "error: database is locked");
}

TEST(DataDirectory, AFirstStartThatIsCutAnywhereIsStartedAgain) {
  for (std::uint64_t operation = 1;; ++operation) {
    CrashingDisk disk;
    disk.cut_at(operation);
    const bool finished = DataDirectory::open("/data", disk).has_value() && !disk.is_off();
    for (const auto unsynced :
         {rowprint::test::Unsynced::lost, rowprint::test::Unsynced::kept, rowprint::test::Unsynced::some}) {
      const auto later = disk.after_power_cut(unsynced, operation);
      const auto again = DataDirectory::open("/data", *later);
      EXPECT_TRUE(again) << "cut at " << operation << ": " << again.error().text();
    }
    if (finished) {
      break;
    }
  }
}

TEST(DataDirectory, AStartThatFailsAnywhereSaysWhyAndTheNextOneSucceeds) {
  for (std::uint64_t operation = 1;; ++operation) {
    CrashingDisk medium;
    FaultyDisk disk{medium};
    disk.fail_at(operation, Fault::io);
    {
      const auto data = DataDirectory::open("/data", disk);
      if (!data) {
        EXPECT_EQ(data.error().code, ErrorCode::io) << operation << ": " << data.error().text();
      }
    }
    if (!disk.has_struck()) {
      EXPECT_GT(operation, 20U);
      break;
    }
    EXPECT_TRUE(DataDirectory::open("/data", disk)) << operation;
  }
}

}  // namespace
}  // namespace rowprint::sqlite
