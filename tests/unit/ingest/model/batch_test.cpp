#include "ingest/model/batch.hpp"

#include "hashing/digest.hpp"

#include <gtest/gtest.h>

namespace rowprint {
namespace {

constexpr std::size_t kRowBytesMax = 1U << 20U;

std::string row_hex(const Batch& batch, std::size_t index) {
  const EncodedRows& rows = batch.encoded();
  const std::size_t begin = index == 0 ? 0 : rows.ends[index - 1];
  return hashing::to_hex(rows.bytes.view().subspan(begin, rows.ends[index] - begin));
}

TEST(Batch, EncodesKeysInCanonicalOrderAndLeavesNullsOut) {
  BatchBuilder builder;
  const std::uint32_t bb = *builder.column("bb");
  const std::uint32_t a = *builder.column("a");
  const std::uint32_t gone = *builder.column("gone");
  builder.begin_row();
  builder.set(bb, Cell::integer(1));
  builder.set(a, Cell::integer(2));
  builder.set(gone, Cell{});
  builder.end_row();
  Batch batch = builder.take();
  ASSERT_TRUE(batch.encode(kRowBytesMax));
  EXPECT_EQ(row_hex(batch, 0), "a261610262626201");
}

TEST(Batch, RowWithoutValuesIsTheEmptyMap) {
  BatchBuilder builder;
  builder.begin_row();
  builder.end_row();
  Batch batch = builder.take();
  ASSERT_TRUE(batch.encode(kRowBytesMax));
  EXPECT_EQ(batch.rows(), 1U);
  EXPECT_EQ(row_hex(batch, 0), "a0");
}

TEST(Batch, ColumnThatAppearsLateChangesNoEarlierRow) {
  BatchBuilder builder;
  const std::uint32_t a = *builder.column("a");
  builder.begin_row();
  builder.set(a, Cell::integer(1));
  builder.end_row();
  Batch early = builder.take();
  builder.begin_row();
  builder.set(a, Cell::integer(1));
  const std::uint32_t late = *builder.column("A");
  builder.set(late, Cell::integer(1));
  builder.end_row();
  builder.begin_row();
  builder.set(a, Cell::integer(1));
  builder.end_row();
  Batch batch = builder.take();
  ASSERT_TRUE(early.encode(kRowBytesMax));
  ASSERT_TRUE(batch.encode(kRowBytesMax));
  EXPECT_EQ(early.columns().size(), 1U);
  EXPECT_EQ(batch.columns().size(), 2U);
  EXPECT_EQ(row_hex(batch, 0), "a2614101616101");
  EXPECT_EQ(row_hex(batch, 1), row_hex(early, 0));
  EXPECT_EQ(batch.first_row(), 2U);
}

TEST(Batch, CellsStayValidWhenItMoves) {
  BatchBuilder builder;
  const std::uint32_t a = *builder.column("a");
  builder.begin_row();
  builder.set(a, Cell::text(builder.keep(std::string(100'000, 'x'))));
  builder.end_row();
  Batch first = builder.take();
  const Batch second = std::move(first);
  EXPECT_EQ(second.row(0)[a].text(), std::string(100'000, 'x'));
}

TEST(Batch, RowOverTheLimitIsNamed) {
  BatchBuilder builder;
  const std::uint32_t a = *builder.column("a");
  for (const std::size_t length : {10U, 200U}) {
    builder.begin_row();
    builder.set(a, Cell::text(builder.keep(std::string(length, 'x'))));
    builder.end_row();
  }
  Batch batch = builder.take();
  const auto encoded = batch.encode(100);
  ASSERT_FALSE(encoded);
  EXPECT_EQ(encoded.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(encoded.error().row, 2U);
  EXPECT_FALSE(encoded.error().offset) << "nobody said where it begins";
}

TEST(Batch, RowOverTheLimitIsNamedWithWhereItBegins) {
  BatchBuilder builder;
  const std::uint32_t a = *builder.column("a");
  const auto add = [&](std::size_t length, std::uint64_t offset) {
    builder.begin_row();
    builder.set(a, Cell::text(builder.keep(std::string(length, 'x'))));
    builder.end_row(offset);
  };
  add(10, 0);
  const Batch first = builder.take();
  add(10, 20);
  builder.begin_row();
  builder.abandon_row();
  add(200, std::uint64_t{1} << 40U);
  Batch second = builder.take();
  EXPECT_EQ(first.row_offset(0), 0U);
  EXPECT_EQ(second.row_offset(0), 20U);
  const auto encoded = second.encode(100);
  ASSERT_FALSE(encoded);
  EXPECT_EQ(encoded.error().row, 3U);
  EXPECT_EQ(encoded.error().offset, std::uint64_t{1} << 40U);
}

TEST(BatchBuilder, AbandonedRowLeavesNoTrace) {
  BatchBuilder builder;
  const std::uint32_t a = *builder.column("a");
  builder.begin_row();
  builder.set(a, Cell::integer(1));
  builder.abandon_row();
  builder.begin_row();
  builder.end_row();
  const Batch batch = builder.take();
  ASSERT_EQ(batch.rows(), 1U);
  EXPECT_TRUE(batch.row(0)[a].is_null());
  EXPECT_EQ(builder.next_row(), 2U);
}

TEST(BatchBuilder, RefusesColumnsPastTheLimitByName) {
  BatchBuilder builder{BatchBuilder::Limits{.columns_max = 2}};
  EXPECT_TRUE(builder.column("a"));
  EXPECT_TRUE(builder.column("b"));
  EXPECT_TRUE(builder.column("a"));
  const auto third = builder.column("c");
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(third.error().column, "c");
}

TEST(BatchBuilder, RefusesWhatIsNoColumnName) {
  BatchBuilder builder;
  for (const std::string_view name : {std::string_view{""}, std::string_view{"a\0b", 3}, std::string_view{"\xc3"}}) {
    EXPECT_FALSE(builder.column(name));
  }
}

TEST(BatchBuilder, IsFullAtItsBounds) {
  BatchBuilder by_rows{BatchBuilder::Limits{.batch_rows = 2}};
  for (int row = 0; row < 2; ++row) {
    EXPECT_FALSE(by_rows.batch_full());
    by_rows.begin_row();
    by_rows.end_row();
  }
  EXPECT_TRUE(by_rows.batch_full());
  BatchBuilder by_bytes{BatchBuilder::Limits{.batch_bytes = 1000}};
  EXPECT_FALSE(by_bytes.batch_full());
  by_bytes.room(1000);
  EXPECT_TRUE(by_bytes.batch_full());
}

}  // namespace
}  // namespace rowprint
