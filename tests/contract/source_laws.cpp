#include "tests/contract/source_contract.hpp"
#include "tests/support/effort.hpp"

#include <malloc.h>

#include <algorithm>

namespace rowprint::test {
namespace {

BatchBuilder::Limits batches_of(std::size_t rows) {
  BatchBuilder::Limits limits;
  limits.batch_rows = rows;
  return limits;
}

/// What a batch's cells and the bytes they point to come to, its last row left out.
std::size_t bytes_before_last_row(const Batch& batch) {
  std::size_t bytes = 0;
  for (std::size_t row = 0; row + 1 < batch.rows(); ++row) {
    for (const Cell& cell : batch.row(row)) {
      bytes += sizeof(Cell) + (cell.has_pointer() ? cell.bytes().size() : 0);
    }
  }
  return bytes;
}

/// What malloc has given out. A sanitizer's own allocator says 0.
std::size_t allocated_bytes() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// More than anybody reads ahead, unless all has to be read.
std::uint64_t many_rows(const ContractedSource& contracted) {
  return contracted.needs_all() ? 20'000 : 1'000'000;
}

TEST_P(SourceContract, RowsComeInTheirOrder) {
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < 9000; ++i) {
    rows.push_back({{"id", {i * 7919 % 9000}}});
  }
  const Schema schema{{{"id", Type::integer}}};
  const auto source = contracted().open(schema, rows, {});
  EXPECT_EQ(read(*source), rows);
}

TEST_P(SourceContract, RowsAreNumberedFromOne) {
  const auto source = contracted().open_counted({1000}, batches_of(300));
  std::uint64_t rows = 0;
  for (;;) {
    const auto batch = next(*source);
    ASSERT_TRUE(batch) << batch.error().text();
    if (!*batch) {
      break;
    }
    EXPECT_EQ((*batch)->first_row(), rows + 1);
    for (const Row& row : to_rows(**batch)) {
      EXPECT_TRUE(is_counted_row(row, ++rows));
    }
  }
  EXPECT_EQ(rows, 1000U);
}

TEST_P(SourceContract, NoBatchIsEmptyNorLargerThanItsBounds) {
  constexpr std::uint64_t kRows = effort(2500);
  for (const std::size_t rows_max : {1U, 7U, 1000U, 100'000U}) {
    for (const std::size_t bytes_max : {16U << 10U, 64U << 10U, 256U << 10U}) {
      BatchBuilder::Limits limits;
      limits.batch_rows = rows_max;
      limits.batch_bytes = bytes_max;
      const auto source = contracted().open_counted({kRows}, limits);
      std::uint64_t rows = 0;
      for (auto batch = next(*source); batch && *batch; batch = next(*source)) {
        ASSERT_FALSE((*batch)->empty());
        ASSERT_LE((*batch)->rows(), rows_max);
        ASSERT_LT(bytes_before_last_row(**batch), bytes_max);
        rows += (*batch)->rows();
      }
      ASSERT_EQ(rows, kRows) << rows_max << " rows, " << bytes_max << " bytes";
    }
  }
}

TEST_P(SourceContract, BatchesOfAnySizeHoldTheSameRows) {
  std::vector<Identity> identities;
  for (const std::size_t rows_max : {1U, 100U, 4096U}) {
    const auto source = contracted().open_counted({effort(5000)}, batches_of(rows_max));
    identities.push_back(identify(*source));
  }
  EXPECT_EQ(identities[0], identities[1]);
  EXPECT_EQ(identities[0], identities[2]);
}

TEST_P(SourceContract, NoRowsAreAnEndAndNoBatch) {
  const Schema schema{{{"a", Type::integer}, {"b", Type::timestamptz}}};
  const auto source = contracted().open(schema, {}, {});
  const auto batch = next(*source);
  ASSERT_TRUE(batch) << batch.error().text();
  EXPECT_FALSE(*batch);
}

TEST_P(SourceContract, DeclaredColumnsStayTheSame) {
  const Schema schema{{{"id", Type::integer}, {"late", Type::decimal}, {"never", Type::uuid}}};
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < 100; ++i) {
    rows.push_back({{"id", {i}}});
  }
  rows.back().emplace_back("late", Value{Decimal{"15", -1}});
  const auto source = contracted().open(schema, rows, batches_of(10));
  for (;;) {
    EXPECT_EQ(source->declared().digest(), schema.digest());
    const auto batch = next(*source);
    ASSERT_TRUE(batch) << batch.error().text();
    if (!*batch) {
      break;
    }
  }
}

TEST_P(SourceContract, BytesReceivedGrowToThoseOfTheRows) {
  constexpr std::uint64_t kRows = 2000;
  const auto source = contracted().open_counted({kRows}, batches_of(50));
  std::uint64_t before = source->bytes_received();
  EXPECT_EQ(before, 0U);
  for (auto batch = next(*source); batch && *batch; batch = next(*source)) {
    EXPECT_GE(source->bytes_received(), before);
    before = source->bytes_received();
  }
  const std::uint64_t all = source->bytes_received();
  EXPECT_GE(all, before);
  if (contracted().is_outside()) {
    EXPECT_GE(all, kRows * kCountedTail.size());
  } else {
    EXPECT_EQ(all, 0U);
  }
}

TEST_P(SourceContract, NoMoreIsReadThanWasAskedFor) {
  const auto source = contracted().open_counted({many_rows(contracted())}, batches_of(10));
  EXPECT_EQ(source->bytes_received(), 0U);
  for (int i = 0; i < 3; ++i) {
    const auto batch = next(*source);
    ASSERT_TRUE(batch && *batch);
  }
  if (!contracted().needs_all()) {
    EXPECT_LT(source->bytes_received(), BatchBuilder::Limits{}.batch_bytes);
  }
}

TEST_P(SourceContract, ABadValueIsRefusedWithItsRowAndColumnAfterNoneButRowsBeforeIt) {
  for (const std::uint64_t bad : {1U, 2U, 99U, 100U, 101U, 2500U}) {
    const auto source = contracted().open_counted({3000, bad, 0}, batches_of(100));
    const auto error = error_after_rows_before(*source, bad);
    ASSERT_TRUE(error) << "row " << bad;
    EXPECT_EQ(error->row, bad) << error->text();
    EXPECT_EQ(error->column, "text");
    EXPECT_FALSE(error->retryable);
  }
}

TEST_P(SourceContract, RowsThatBreakOffAreAnErrorAndNeverAnEnd) {
  for (const std::uint64_t failing : {1U, 2U, 99U, 100U, 101U, 2500U, 3000U}) {
    const auto source = contracted().open_counted({3000, 0, failing}, batches_of(100));
    ASSERT_TRUE(error_after_rows_before(*source, failing)) << "row " << failing;
  }
}

TEST_P(SourceContract, ASourceThatIsDestroyedHalfReadLetsGo) {
  for (const int batches : {0, 1, 3}) {
    auto source = contracted().open_counted({many_rows(contracted())}, batches_of(10));
    for (int i = 0; i < batches; ++i) {
      ASSERT_TRUE(next(*source));
    }
    EXPECT_TRUE(batches == 0 || contracted().is_held());
    source.reset();
    EXPECT_TRUE(is_let_go()) << "after " << batches << " batches";
  }
}

TEST_P(SourceContract, ABatchOutlivesItsSource) {
  auto source = contracted().open_counted({500}, batches_of(100));
  const auto first = next(*source);
  const auto second = next(*source);
  ASSERT_TRUE(first && *first && second && *second);
  source.reset();
  std::uint64_t number = 0;
  for (const auto* batch : {&**first, &**second}) {
    for (const Row& row : to_rows(*batch)) {
      EXPECT_TRUE(is_counted_row(row, ++number));
    }
  }
}

TEST_P(SourceContract, TenTimesTheRowsTakeNoMoreMemory) {
  struct Peaks {
    std::size_t allocated = 0;
    std::size_t batch = 0;
  };
  const auto read_counted = [&](std::uint64_t rows) {
    Peaks peaks;
    const std::size_t before = allocated_bytes();
    const auto source = contracted().open_counted({rows}, {});
    std::uint64_t seen = 0;
    for (auto batch = next(*source); batch && *batch; batch = next(*source)) {
      seen += (*batch)->rows();
      const std::size_t allocated = allocated_bytes();
      peaks.allocated = std::max(peaks.allocated, allocated - std::min(before, allocated));
      peaks.batch = std::max(peaks.batch, (*batch)->memory_bytes());
    }
    EXPECT_EQ(seen, rows);
    return peaks;
  };
  // 200,000 rows are 20 MB: whatever is kept of each shows.
  constexpr std::size_t kGrowthMax = 1U << 20U;
  read_counted(1000);
  const Peaks few = read_counted(effort(20'000));
  const Peaks many = read_counted(effort(200'000));
  EXPECT_LT(many.allocated, few.allocated + kGrowthMax);
  EXPECT_LT(many.batch, 2 * BatchBuilder::Limits{}.batch_bytes);
}

TEST_P(ConcreteContract, ARewoundSourceGivesTheSameRows) {
  const auto source = contracted().open_counted({3000}, batches_of(700));
  auto& concrete = dynamic_cast<ConcreteSource&>(*source);
  const Identity identity = identify(concrete);
  concrete.rewind();
  EXPECT_EQ(identify(concrete), identity);
  concrete.rewind();
  const auto first = next(concrete);
  ASSERT_TRUE(first && *first);
  concrete.rewind();
  const auto batch = next(concrete);
  ASSERT_TRUE(batch && *batch);
  EXPECT_EQ((*batch)->first_row(), 1U);
  EXPECT_TRUE(is_counted_row(to_rows(**batch).front(), 1));
}

}  // namespace
}  // namespace rowprint::test
