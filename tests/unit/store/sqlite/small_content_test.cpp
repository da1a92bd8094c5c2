#include "store/sqlite/small_content_store.hpp"

#include "store/sqlite/content_format.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/random_rows.hpp"
#include "tests/unit/store/sqlite/fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace rowprint::sqlite {
namespace {

using namespace test;  // NOLINT: the fixture is this folder's own

constexpr std::size_t kSmall = SmallContentStore::kSmallBytesMax;

Row one_value(Value value) {
  return {{"v", std::move(value)}};
}

/// A row whose encoding has so many bytes: a map of one pair, the key `61 76`, a text head of 3 bytes, and the text.
Row row_of(std::size_t bytes) {
  constexpr std::size_t kAround = 1 + 2 + 3;
  return one_value({std::string(bytes - kAround, 'x')});
}

class SmallContentTest : public ::testing::Test {
 protected:
  SmallContentTest() { open(kSmall); }

  void open(std::size_t small_bytes_max) {
    data_.reset();
    DataDirectory::Options options;
    options.small_bytes_max = small_bytes_max;
    auto opened = DataDirectory::open(path(), posix_disk(), options);
    ASSERT_TRUE(opened) << opened.error().text();
    data_ = std::move(*opened);
  }
  std::string path() const { return folder_.file("data"); }

  Content stored(const std::vector<Row>& rows, std::size_t batch_rows = 7) {
    auto content = run_(store_rows(data_->store(), rows, batch_rows));
    EXPECT_TRUE(content) << content.error().text();
    return content ? *content : Content{};
  }
  Published published(const std::string& dataset, const Content& content) {
    auto done = run_(data_->catalog().publish({dataset, Order::sequence, new_ingest_id()}, content));
    EXPECT_TRUE(done) << done.error().text();
    return done ? *done : Published{};
  }
  /// Sealed, published, and read back in each of these states.
  void expect_round_trip(const std::vector<Row>& rows, std::size_t batch_rows) {
    const Content content = stored(rows, batch_rows);
    expect_reads_back(rows, content);
    // A content like it may be there from an earlier round: then that one is what the version points at.
    expect_reads_back(rows, published("d", content).content);
  }
  void expect_reads_back(const std::vector<Row>& rows, const Content& content) {
    auto got = run_(read_rows(data_->store(), content));
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(rowprint::test::difference(rows, content.schema, *got), "");
    auto fingerprint = run_(recompute(data_->store(), content));
    ASSERT_TRUE(fingerprint) << fingerprint.error().text();
    EXPECT_EQ(*fingerprint, content.sequence);
  }
  bool folder_is_empty(const std::string& name) const { return std::filesystem::is_empty(path() + "/" + name); }
  /// With the data directory closed; it stays closed.
  std::string asked_of_catalog(const std::string& sql) {
    data_.reset();
    return by_another_program(path() + "/catalog.sqlite", sql);
  }

  TemporaryFolder folder_;
  Runner run_;
  std::unique_ptr<DataDirectory> data_;
};

TEST_F(SmallContentTest, RandomRowsReadBackExactlyWhereverTheyOutgrowTheCatalog) {
  for (std::uint64_t index = 0; index < rowprint::test::effort(100); ++index) {
    rowprint::test::Random random(rowprint::test::run_seed() + index);
    const auto rows = rowprint::test::random_rows(random, {200, 12, false});
    const std::size_t batch_rows = 1 + random.below(90);
    SCOPED_TRACE(index);
    open(1 + random.below(20'000));
    expect_round_trip(rows, batch_rows);
    if (HasFailure()) {
      return;
    }
  }
  EXPECT_TRUE(folder_is_empty("staging"));
}

TEST_F(SmallContentTest, ContentsUpToTheLimitLieInTheCatalogAndOneByteMoreInAFile) {
  const Content small = stored({row_of(kSmall / 2), row_of(kSmall / 2)}, 1);
  EXPECT_TRUE(is_small_location(small.location)) << small.location;
  EXPECT_EQ(small.stored_bytes, kSmall);
  EXPECT_TRUE(folder_is_empty("contents"));
  const Content large = stored({row_of(kSmall / 2), row_of(kSmall / 2 + 1)}, 1);
  EXPECT_FALSE(is_small_location(large.location)) << large.location;
  EXPECT_FALSE(folder_is_empty("contents"));
}

TEST_F(SmallContentTest, NoFileIsTouchedForASmallContent) {
  auto transaction = run_(data_->store().begin({"small", 1U << 20U}));
  ASSERT_TRUE(transaction) << transaction.error().text();
  EXPECT_FALSE((*transaction)->seal_writes());
  expect_round_trip({one_value({std::int64_t{1}})}, 1);
  EXPECT_TRUE(folder_is_empty("staging"));
  EXPECT_TRUE(folder_is_empty("contents"));
}

TEST_F(SmallContentTest, ManyCellsInFewBytesGoToAFile) {
  BatchBuilder builder{{1U << 24U, 100'000, 1000}};
  for (int column = 0; column < 1000; ++column) {
    ASSERT_TRUE(builder.column(fmt::format("column {}", column)));
  }
  for (int row = 0; row < 100; ++row) {
    builder.begin_row();
    builder.end_row();
  }
  Batch batch = builder.take();
  ASSERT_TRUE(batch.encode(1U << 20U));
  ASSERT_LT(batch.encoded().bytes.size(), kSmall);
  auto transaction = run_(data_->store().begin({"wide", 1U << 20U}));
  ASSERT_TRUE(run_((*transaction)->insert(batch)));
  EXPECT_TRUE((*transaction)->seal_writes()) << "what is held in memory is bounded by the ticket";
}

TEST_F(SmallContentTest, MoreColumnsThanTheLimitAreRefusedWithTheirRowAsInAFile) {
  BatchBuilder builder{{1U << 20U, 100, 2000}};
  for (std::size_t column = 0; column <= kColumnsMax; ++column) {
    ASSERT_TRUE(builder.column(fmt::format("column {}", column)));
  }
  for (const std::uint32_t last : {3U, 1000U}) {
    builder.begin_row();
    builder.set(last, Cell::integer(1));
    builder.end_row();
  }
  Batch batch = builder.take();
  ASSERT_TRUE(batch.encode(1U << 20U));
  auto transaction = run_(data_->store().begin({"wide", 1U << 20U}));
  const auto refused = run_((*transaction)->insert(batch));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refused.error().row, 2U);
  EXPECT_EQ(refused.error().column, "column 1000");
  EXPECT_FALSE(run_((*transaction)->seal({}, {}))) << "after an error nothing but discard() is taken";
}

TEST_F(SmallContentTest, AContentIsFoundInWhicheverWayItIsKept) {
  const std::vector<Row> rows{one_value({std::int64_t{1}}), one_value({std::string{"x"}})};
  const Content in_catalog = stored(rows);
  ASSERT_FALSE(published("d", in_catalog).reused);
  open(0);
  const Content in_file = stored(rows);
  ASSERT_FALSE(is_small_location(in_file.location));
  const Published again = published("d", in_file);
  EXPECT_TRUE(again.reused);
  EXPECT_EQ(again.content.location, in_catalog.location);
  expect_reads_back(rows, again.content);

  const std::vector<Row> others{one_value({2.5})};
  const Content first_in_file = stored(others);
  ASSERT_FALSE(published("e", first_in_file).reused);
  open(kSmall);
  const Published later = published("e", stored(others));
  EXPECT_TRUE(later.reused);
  EXPECT_EQ(later.content.location, first_in_file.location);
  expect_reads_back(others, later.content);
}

TEST_F(SmallContentTest, WhatIsPublishedIsThereAfterTheNextStart) {
  const std::vector<Row> rows{one_value({std::int64_t{1}}), {}, one_value({Bytes{{0, 1}}})};
  const Content content = published("d", stored(rows)).content;
  const Content empty = published("e", stored({})).content;
  open(kSmall);
  EXPECT_TRUE(data_->missing().empty());
  EXPECT_TRUE(data_->removed().empty());
  expect_reads_back(rows, content);
  expect_reads_back({}, empty);
}

TEST_F(SmallContentTest, TheLastVersionTakesTheRowsWithIt) {
  published("d", stored({one_value({std::int64_t{1}})}));
  published("e", stored({one_value({std::int64_t{1}})}));
  ASSERT_TRUE(run_(data_->catalog().remove("d", 0)));
  EXPECT_EQ(asked_of_catalog("SELECT count(*) FROM small_contents"), "1");
  open(kSmall);
  ASSERT_TRUE(run_(data_->catalog().remove("e", 0)));
  EXPECT_EQ(asked_of_catalog("SELECT (SELECT count(*) FROM small_contents) + (SELECT count(*) FROM segments)"), "0");
}

TEST_F(SmallContentTest, RowsInTheCatalogAreTheirCanonicalCbor) {
  published("d", stored({one_value({std::int64_t{1}}), one_value({std::string{"x"}})}));
  EXPECT_EQ(asked_of_catalog("SELECT hex(rows) FROM small_contents"), "A1617601A161766178");
}

TEST_F(SmallContentTest, ASealThatIsPublishedInVainLeavesNothingInMemory) {
  const Content content = stored({one_value({std::int64_t{1}})});
  NewVersion version{"d", Order::sequence, new_ingest_id()};
  version.precondition.demand = Precondition::Demand::some_version;
  EXPECT_EQ(run_(data_->catalog().publish(version, content)).error().code, ErrorCode::precondition_failed);
  EXPECT_TRUE(run_(data_->store().recover({}))->removed.empty());
  EXPECT_EQ(run_(read_rows(data_->store(), content)).error().code, ErrorCode::not_found);
  // And a location without rows is never published.
  const auto again = run_(data_->catalog().publish({"d", Order::sequence, new_ingest_id()}, content));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::not_found);
  EXPECT_TRUE(run_(data_->catalog().versions("d"))->empty());
}

TEST_F(SmallContentTest, RowsThatAreGoneAreNamedAtTheStart) {
  const Content content = published("d", stored({one_value({std::int64_t{1}})})).content;
  published("e", stored({one_value({std::int64_t{2}})}));
  ASSERT_EQ(asked_of_catalog("DELETE FROM small_contents WHERE content = 1"), "");
  open(kSmall);
  EXPECT_EQ(data_->missing(), std::vector<std::string>{content.location});
  EXPECT_EQ(run_(read_rows(data_->store(), content)).error().code, ErrorCode::not_found);
}

TEST_F(SmallContentTest, DamagedRowsAreCorruptWithTheirRow) {
  struct Damage {
    const char* rows;
    std::uint64_t row;
  };
  // The content: {"v": 1}, {"v": 2}.
  for (const Damage& damage : {Damage{"A1617601A161", 2}, Damage{"A1617601A16176FF", 2}, Damage{"A1617601", 2},
                               Damage{"A1617601A1617602A1617603", 4}, Damage{"A1617601A1617702", 2},
                               Damage{"A1617601A161766132", 2}, Damage{"A1617601A161761802", 2}, Damage{"", 1}}) {
    SCOPED_TRACE(damage.rows);
    open(kSmall);
    const Content content =
        published("d", stored({one_value({std::int64_t{1}}), one_value({std::int64_t{2}})})).content;
    ASSERT_EQ(asked_of_catalog(fmt::format("UPDATE small_contents SET rows = X'{}'", damage.rows)), "");
    open(kSmall);
    const auto read = run_(read_rows(data_->store(), content));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::corrupt) << read.error().text();
    EXPECT_EQ(read.error().row, damage.row) << read.error().text();
    ASSERT_TRUE(run_(data_->catalog().remove("d", 0)));
  }
}

}  // namespace
}  // namespace rowprint::sqlite
