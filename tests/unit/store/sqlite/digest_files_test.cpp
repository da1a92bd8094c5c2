#include "store/sqlite/digest_files.hpp"

#include "ingest/disk/sync_ahead.hpp"
#include "ingest/resume.hpp"
#include "tests/support/crashing_disk.hpp"
#include "tests/support/faulty_disk.hpp"
#include "tests/unit/store/sqlite/fixture.hpp"
#include "tests/unit/store/sqlite/hooked_disk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace rowprint::sqlite {
namespace {

using namespace test;  // NOLINT: the fixture is this folder's own
using rowprint::test::CrashingDisk;
using rowprint::test::Fault;
using rowprint::test::FaultyDisk;
using rowprint::test::Unsynced;

hashing::MultisetHash set_of(std::size_t rows) {
  hashing::MultisetHash set;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string text = std::to_string(row);
    EXPECT_FALSE(set.add_row(hashing::as_bytes(text)));
  }
  return set;
}

std::vector<hashing::Digest> drained(RowDigests& digests) {
  std::vector<hashing::Digest> all;
  for (auto block = digests.next_block(); block && !block->empty(); block = digests.next_block()) {
    all.insert(all.end(), block->begin(), block->end());
  }
  return all;
}

TEST(DigestFiles, WhatIsWrittenReadsBack) {
  CrashingDisk disk;
  DigestFiles files{disk, "/digests"};
  ASSERT_TRUE(files.make_folder());
  for (const std::size_t rows : {0U, 1U, 2048U, 2049U, 10'000U}) {
    auto set = set_of(rows);
    const auto name = files.write("ingest-" + std::to_string(rows), set);
    ASSERT_TRUE(name) << name.error().text();
    auto read = files.read(*name, rows);
    ASSERT_TRUE(read) << read.error().text();
    auto ascending = set.ascending();
    const auto expected = ascending.next_block();
    EXPECT_TRUE(std::ranges::equal(drained(**read), expected)) << rows;
  }
}

TEST(DigestFiles, ALongFileIsOnItsWayToTheMediumWhileItGrows) {
  CrashingDisk medium;
  HookedDisk disk{medium};
  DigestFiles files{disk, "/digests"};
  ASSERT_TRUE(files.make_folder());
  constexpr std::size_t kRows = SyncAhead::kStepBytes / sizeof(hashing::Digest) + 1000;
  std::uint64_t begun = 0;
  disk.before_begin_sync = [&](const std::string&, std::uint64_t offset, std::uint64_t size) -> Result<void> {
    EXPECT_EQ(offset, begun);
    begun = offset + size;
    return {};
  };
  auto set = set_of(kRows);
  ASSERT_TRUE(files.write("long", set));
  EXPECT_GE(begun, SyncAhead::kStepBytes);

  disk.before_begin_sync = [](const std::string&, std::uint64_t, std::uint64_t) {
    return fail(ErrorCode::no_space, "no room on the medium");
  };
  EXPECT_EQ(files.write("refused", set).error().code, ErrorCode::no_space);
  EXPECT_EQ(disk.list("/digests")->size(), 1U);
}

TEST(DigestFiles, AnotherLengthIsDamage) {
  CrashingDisk disk;
  DigestFiles files{disk, "/digests"};
  ASSERT_TRUE(files.make_folder());
  auto set = set_of(10);
  const std::string name = *files.write("ingest", set);
  for (const std::uint64_t rows : {0U, 9U, 11U}) {
    EXPECT_EQ(files.read(name, rows).error().code, ErrorCode::corrupt);
  }
  ASSERT_TRUE((*disk.open("/digests/" + name, OpenMode::read_write))->truncate(319));
  EXPECT_EQ(files.read(name, 10).error().code, ErrorCode::corrupt);
  EXPECT_EQ(files.read(name, 9).error().code, ErrorCode::corrupt);
}

TEST(DigestFiles, ANameThatLeadsElsewhereIsRefused) {
  CrashingDisk disk;
  DigestFiles files{disk, "/digests"};
  ASSERT_TRUE(files.make_folder());
  ASSERT_TRUE(disk.open("/catalog.sqlite", OpenMode::create_new));
  for (const std::string name : {"../catalog.sqlite", "..", ".", "", "a/b"}) {
    EXPECT_EQ(files.read(name, 0).error().code, ErrorCode::corrupt) << name;
    EXPECT_EQ(files.remove(name).error().code, ErrorCode::corrupt) << name;
  }
  EXPECT_TRUE(*disk.exists("/catalog.sqlite"));
}

TEST(DigestFiles, WhatWasWrittenIsThereAfterAPowerCutAndWhatFailedIsNot) {
  bool struck = true;
  for (std::uint64_t operation = 1; struck; ++operation) {
    CrashingDisk medium;
    FaultyDisk disk{medium};
    DigestFiles files{disk, "/digests"};
    ASSERT_TRUE(files.make_folder());
    disk.fail_at(operation, Fault::io);
    auto set = set_of(5000);
    const auto name = files.write("ingest", set);
    struck = disk.has_struck();
    EXPECT_EQ(name.has_value(), !struck) << operation;
    const auto later = medium.after_power_cut(Unsynced::lost);
    DigestFiles found{*later, "/digests"};
    if (name) {
      EXPECT_TRUE(found.read(*name, 5000));
    } else {
      EXPECT_TRUE(medium.list("/digests")->empty()) << operation;
    }
  }
}

TEST(DigestFiles, RecoveryClearsAndNames) {
  CrashingDisk disk;
  DigestFiles files{disk, "/digests"};
  ASSERT_TRUE(files.make_folder());
  auto set = set_of(3);
  const std::string known = *files.write("known", set);
  const std::string unknown = *files.write("unknown", set);
  const auto recovery = files.recover({known, "gone.digests"});
  ASSERT_TRUE(recovery);
  EXPECT_EQ(recovery->removed, std::vector<std::string>{unknown});
  EXPECT_EQ(recovery->missing, std::vector<std::string>{"gone.digests"});
  EXPECT_TRUE(files.read(known, 3));
}

/// A set in a data directory of its own, and what somebody does to the file of its digests meanwhile.
class DamagedDigests : public ::testing::Test {
 protected:
  DamagedDigests() { open(); }

  void open() {
    data_.reset();
    DataDirectory::Options options;
    options.small_bytes_max = 0;
    auto opened = DataDirectory::open(folder_.path(), posix_disk(), options);
    ASSERT_TRUE(opened) << opened.error().text();
    data_ = std::move(*opened);
  }
  Content stored() {
    std::vector<Row> rows{{{"a", {std::int64_t{1}}}}, {{"a", {std::int64_t{2}}}}};
    Content content = *run_(store_rows(data_->store(), rows));
    hashing::MultisetHash set = set_of(0);
    RowHash hash{Schema{}, std::move(set)};
    rowprint::test::RowsSource source{rows};
    EXPECT_TRUE(run_(hash_rows(source, hash, 1U << 20U, nullptr)));
    const auto summary = *hash.summary();
    content.multiset = summary.multiset;
    content.hash_state = summary.hash_state;
    content.inference_state = summary.inference_state;
    content.digests = *run_(data_->catalog().keep_digests("ingest", *hash.multiset()));
    EXPECT_TRUE(run_(data_->catalog().publish({"d", Order::set, "ingest"}, content)));
    return content;
  }
  Result<RowHash> resume(const Content& content) {
    const SortSpace space{posix_disk(), data_->spill_directory() + "/s", 1U << 20U};
    return run_(resume_hash(data_->store(), data_->catalog(), content, space));
  }
  std::string path_of(const Content& content) const { return folder_.file("digests/") + content.digests; }

  TemporaryFolder folder_;
  Runner run_;
  std::unique_ptr<DataDirectory> data_;
};

TEST_F(DamagedDigests, AreFoundByWhoGoesOnFromThem) {
  const Content content = stored();
  ASSERT_TRUE(resume(content));
  std::fstream file(path_of(content), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(40);
  file.put('x');
  file.close();
  const auto resumed = resume(content);
  ASSERT_FALSE(resumed);
  EXPECT_EQ(resumed.error().code, ErrorCode::corrupt) << resumed.error().text();
}

TEST_F(DamagedDigests, ThatAreGoneAreNamedAtTheNextStart) {
  const Content content = stored();
  std::filesystem::remove(path_of(content));
  open();
  EXPECT_EQ(data_->missing(), std::vector<std::string>{content.digests});
}

}  // namespace
}  // namespace rowprint::sqlite
