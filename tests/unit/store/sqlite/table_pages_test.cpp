#include "store/sqlite/table_pages.hpp"

#include "store/sqlite/content_format.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/row_record.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/random.hpp"
#include "tests/unit/store/sqlite/fixture.hpp"
#include "tests/unit/store/sqlite/hooked_disk.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace rowprint::sqlite {
namespace {

using namespace test;  // NOLINT: the fixture is this folder's own

constexpr std::size_t kPageBytes = TablePages::kPageBytes;
/// What a record of one text takes besides, as long as the text is longer than 57 bytes and shorter than 1 MiB.
std::size_t head_bytes(std::size_t text_bytes) {
  return text_bytes * 2 + 13 < 0x4000 ? 3 : 4;
}

/// Text that tells where in which row a byte belongs.
std::string text_of(std::size_t row, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    text += fmt::format("{}:{} ", row, text.size());
  }
  text.resize(bytes);
  return text;
}

class TablePagesTest : public ::testing::Test {
 protected:
  /// A table of one column with texts of these lengths.
  void write(const std::vector<std::size_t>& lengths, std::uint32_t first_page = TablePages::kRootPage + 1) {
    auto file = disk_.open(path_, OpenMode::create_new);
    ASSERT_TRUE(file) << file.error().text();
    TablePages pages{**file, first_page};
    RowRecord record;
    record.widen(1);
    for (std::size_t row = 0; row < lengths.size(); ++row) {
      const std::string text = text_of(row, lengths[row]);
      const Cell cell = Cell::text(text);
      ASSERT_TRUE(pages.append(record.of({&cell, 1}, row + 1)));
    }
    EXPECT_EQ(pages.rows(), lengths.size());
    auto model = Database::in_memory();
    ASSERT_TRUE(model);
    ASSERT_TRUE(model->execute(fmt::format("PRAGMA page_size={}; {}", kPageBytes, create_rows_table(1))));
    auto image = model->image();
    ASSERT_TRUE(image);
    auto finished = pages.finish(std::move(*image));
    ASSERT_TRUE(finished) << finished.error().text();
  }

  /// Row by row, through SQLite.
  void expect_rows(const std::vector<std::size_t>& lengths) {
    auto database = Database::open(vfs_, path_, Database::Access::sealed);
    ASSERT_TRUE(database);
    auto rows = database->prepare("SELECT rowid, c0 FROM rowprint_rows ORDER BY rowid");
    ASSERT_TRUE(rows) << rows.error().text();
    std::size_t row = 0;
    auto read = rows->each([&]() -> Result<void> {
      EXPECT_EQ(rows->integer(0), static_cast<std::int64_t>(row + 1));
      EXPECT_TRUE(row < lengths.size() && rows->text(1) == text_of(row, lengths[row])) << "row " << row;
      ++row;
      return {};
    });
    EXPECT_TRUE(read) << read.error().text();
    EXPECT_EQ(row, lengths.size());
  }

  void expect_sound(const std::vector<std::size_t>& lengths) {
    std::remove(path_.c_str());
    write(lengths);
    EXPECT_EQ(by_another_program(path_, "PRAGMA integrity_check"), "ok");
    expect_rows(lengths);
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("table.sqlite");
  HookedDisk disk_{posix_disk()};
  Vfs vfs_{posix_disk(), folder_.path()};
};

TEST_F(TablePagesTest, AnyNumberOfRowsIsATableThatSqliteFindsSound) {
  for (const std::size_t rows : {0U, 1U, 2U, 3U, 100U, 5000U}) {
    SCOPED_TRACE(rows);
    expect_sound(std::vector<std::size_t>(rows, 200));
  }
}

TEST_F(TablePagesTest, ALongTableIsOnItsWayToTheMediumWhileItGrows) {
  const std::vector<std::size_t> lengths(1000, 30'000);
  std::uint64_t begun = 0;
  std::size_t steps = 0;
  disk_.before_begin_sync = [&](const std::string&, std::uint64_t offset, std::uint64_t size) -> Result<void> {
    EXPECT_EQ(offset, begun);
    EXPECT_GE(size, SyncAhead::kStepBytes);
    begun = offset + size;
    ++steps;
    return {};
  };
  expect_sound(lengths);
  auto file = disk_.open(path_, OpenMode::read_only);
  ASSERT_TRUE(file);
  EXPECT_EQ(steps, 3U);
  EXPECT_LT(*(*file)->size() - begun, SyncAhead::kStepBytes + TablePages::kBufferBytes);
}

TEST_F(TablePagesTest, AShortTableStaysInMemoryUntilItIsWanted) {
  disk_.before_begin_sync = [](const std::string&, std::uint64_t, std::uint64_t) {
    return fail(ErrorCode::internal, "not so early");
  };
  expect_sound(std::vector<std::size_t>(250, 30'000));
}

TEST_F(TablePagesTest, WhatTheMediumRefusesEndsTheTable) {
  disk_.before_begin_sync = [](const std::string&, std::uint64_t, std::uint64_t) {
    return fail(ErrorCode::io, "no medium");
  };
  auto file = disk_.open(path_, OpenMode::create_new);
  ASSERT_TRUE(file) << file.error().text();
  TablePages pages{**file};
  const hashing::ByteBuffer record = [] {
    hashing::ByteBuffer zeros;
    zeros.commit(zeros.grow(1U << 20U) + (1U << 20U));
    return zeros;
  }();
  Result<void> appended;
  for (int row = 0; row < 16 && appended; ++row) {
    appended = pages.append(record.view());
  }
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().code, ErrorCode::io);
  EXPECT_LT(pages.rows(), 10U);
}

TEST_F(TablePagesTest, RowsOfAnyLengthReadBackWhole) {
  // Where a record begins to overflow, and where it fills one, two and three overflow pages to the last byte.
  std::vector<std::size_t> lengths;
  const std::size_t local_max = kPageBytes - 35;
  const std::size_t local_min = (kPageBytes - 12) * 32 / 255 - 23;
  for (std::size_t pages = 0; pages <= 3; ++pages) {
    for (const std::size_t local : {local_min, local_max}) {
      const std::size_t record = local + pages * (kPageBytes - 4);
      for (std::size_t more = 0; more < 9; ++more) {
        lengths.push_back(record + more - 4 - head_bytes(record));
      }
    }
  }
  expect_sound(lengths);
  std::reverse(lengths.begin(), lengths.end());
  expect_sound(lengths);
}

TEST_F(TablePagesTest, RandomRowsReadBackWhole) {
  const std::uint64_t seed = rowprint::test::run_seed();
  rowprint::test::Random random{seed};
  for (std::uint64_t round = 0; round < rowprint::test::effort(20); ++round) {
    std::vector<std::size_t> lengths(random.below(400));
    for (std::size_t& length : lengths) {
      length = random.below(std::size_t{1} << random.below(18));
    }
    SCOPED_TRACE(fmt::format("seed {}, round {}", seed, round));
    expect_sound(lengths);
  }
}

/// One row a page, so that rows are leaves.
std::vector<std::size_t> leaves(std::size_t count) {
  return std::vector<std::size_t>(count, kPageBytes / 2 + 100);
}

TEST_F(TablePagesTest, ATreeOfAnyNumberOfLeavesIsSound) {
  // Where a page of the tree is full, and where the next one has one and two children.
  for (const std::size_t count : {1024U, 1025U, 1026U, 1027U, 2051U}) {
    SCOPED_TRACE(count);
    expect_sound(leaves(count));
  }
}

TEST_F(TablePagesTest, TheLockPageStaysEmpty) {
  // A row that overflows from right before that page to right behind it, then rows to a page each.
  std::vector<std::size_t> lengths{3 * kPageBytes};
  lengths.resize(6, kPageBytes / 2 + 100);
  for (std::uint32_t before = 0; before < 7; ++before) {
    SCOPED_TRACE(before);
    std::remove(path_.c_str());
    write(lengths, TablePages::kLockPage - before);
    expect_rows(lengths);
    auto file = posix_disk().open(path_, OpenMode::read_only);
    ASSERT_TRUE(file);
    std::vector<std::uint8_t> page(kPageBytes, 1);
    ASSERT_TRUE((*file)->read(0x4000'0000, page));
    EXPECT_EQ(std::ranges::count(page, 0), static_cast<std::ptrdiff_t>(kPageBytes));
  }
}

}  // namespace
}  // namespace rowprint::sqlite
