#include "hashing/multiset_hash.hpp"

#include "tests/support/random.hpp"
#include "tests/unit/hashing/counted_memory.hpp"
#include "tests/unit/hashing/spill_in_memory.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace rowprint::hashing {
namespace {

constexpr std::size_t kMultisetBudget = MultisetHash::kMemoryBytesMin;
/// Enough for seventeen runs under the least budget: short runs are merged into a longer one on the way.
constexpr std::uint64_t kManyRows = 400'000;
/// Enough for three.
constexpr std::uint64_t kSomeRows = 80'000;

/// A spill file on disk, so that it is not counted as memory.
class SpillOnDisk : public SpillFile {
 public:
  ~SpillOnDisk() override { std::fclose(file_); }
  std::error_code append(ByteView bytes) override {
    std::fseek(file_, 0, SEEK_END);
    return outcome(std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size());
  }
  std::error_code read(std::uint64_t offset, std::span<std::uint8_t> bytes) override {
    std::fseek(file_, static_cast<long>(offset), SEEK_SET);
    return outcome(std::fread(bytes.data(), 1, bytes.size(), file_) == bytes.size());
  }

 private:
  static std::error_code outcome(bool done) {
    return done ? std::error_code{} : std::make_error_code(std::errc::io_error);
  }

  std::FILE* file_ = std::tmpfile();
};

// `distinct` few: the buckets are as uneven as they can be.
std::error_code add(MultisetHash& hash, std::uint64_t rows, std::uint64_t distinct) {
  for (std::uint64_t i = 0; i < rows; ++i) {
    const std::string text = std::to_string(i * 7919 % distinct);
    if (const std::error_code failed = hash.add_row(as_bytes(text))) {
      return failed;
    }
  }
  return {};
}

Fingerprint fingerprint_of(MultisetHash& hash) {
  const auto result = hash.digest({});
  EXPECT_FALSE(result.error);
  return result.fingerprint;
}

TEST(MultisetSpill, ChangesNothing) {
  for (const std::uint64_t distinct : {1ULL, 300'007ULL}) {
    MultisetHash in_memory;
    MultisetHash spilling{kMultisetBudget, spill_in_memory()};
    ASSERT_FALSE(add(in_memory, kManyRows, distinct));
    ASSERT_FALSE(add(spilling, kManyRows, distinct));
    EXPECT_EQ(fingerprint_of(spilling), fingerprint_of(in_memory)) << distinct;
    EXPECT_EQ(spilling.rows(), kManyRows);
  }
}

TEST(MultisetSpill, KeepsToTheBudget) {
  for (const std::size_t budget : {kMultisetBudget, 3 * kMultisetBudget}) {
    const std::size_t before = allocated_bytes();
    start_peak();
    MultisetHash hash{budget, std::make_unique<SpillOnDisk>()};
    ASSERT_FALSE(add(hash, kManyRows, kManyRows));
    fingerprint_of(hash);
    ASSERT_FALSE(add(hash, kSomeRows, kManyRows));
    fingerprint_of(hash);
    EXPECT_LE(peak_allocated_bytes() - before, budget);
    EXPECT_GE(peak_allocated_bytes() - before, budget * 3 / 4) << "a budget that is not used is no budget";
  }
}

TEST(MultisetSpill, NothingIsSpilledBeforeTheBudgetIsFull) {
  const auto log = std::make_shared<SpillLog>();
  MultisetHash hash{kMultisetBudget, spill_in_memory(log)};
  ASSERT_FALSE(add(hash, kMultisetBudget / 2 / sizeof(Digest), kManyRows));
  fingerprint_of(hash);
  EXPECT_EQ(log->operations, 0U);
}

TEST(MultisetSpill, WritesEachRowAFewTimesAtMost) {
  const auto log = std::make_shared<SpillLog>();
  MultisetHash hash{kMultisetBudget, spill_in_memory(log)};
  ASSERT_FALSE(add(hash, 2 * kManyRows, kManyRows));
  EXPECT_LE(log->bytes.size(), 3 * 2 * kManyRows * sizeof(Digest));
}

TEST(MultisetSpill, DigestDoesNotEndIt) {
  MultisetHash in_memory;
  MultisetHash spilling{kMultisetBudget, spill_in_memory()};
  for (int part = 0; part < 4; ++part) {
    ASSERT_FALSE(add(in_memory, kSomeRows, kManyRows));
    ASSERT_FALSE(add(spilling, kSomeRows, kManyRows));
    ASSERT_EQ(fingerprint_of(spilling), fingerprint_of(in_memory)) << part;
  }
}

TEST(MultisetSpill, MergeEqualsAddingAll) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  for (const bool first_spills : {false, true}) {
    for (const bool second_spills : {false, true}) {
      const std::uint64_t first_rows = random.below(3 * kSomeRows);
      const std::uint64_t second_rows = random.below(3 * kSomeRows);
      MultisetHash all;
      MultisetHash first{kMultisetBudget, first_spills ? spill_in_memory() : nullptr};
      MultisetHash second{kMultisetBudget, second_spills ? spill_in_memory() : nullptr};
      ASSERT_FALSE(add(first, first_rows, 1000));
      ASSERT_FALSE(add(second, second_rows, kManyRows));
      ASSERT_FALSE(add(all, second_rows, kManyRows));
      ASSERT_FALSE(add(all, first_rows, 1000));
      ASSERT_FALSE(first.merge(std::move(second)));
      ASSERT_EQ(first.rows(), all.rows());
      ASSERT_EQ(fingerprint_of(first), fingerprint_of(all)) << "seed " << seed;
    }
  }
}

struct Outcome {
  std::error_code error;
  Fingerprint fingerprint;
};

// What a caller does who stops at the first error.
Outcome run(MultisetHash& hash, std::uint64_t rows) {
  if (const std::error_code failed = add(hash, rows, rows)) {
    return {failed, {}};
  }
  const auto result = hash.digest({});
  return {result.error, result.fingerprint};
}

// Operation `failing` of the file fails: that is reported, and never hidden by a fingerprint.
void expect_fault_reported(std::uint64_t rows, std::size_t failing) {
  const auto log = std::make_shared<SpillLog>();
  log->failing_operation = failing;
  MultisetHash hash{kMultisetBudget, spill_in_memory(log)};
  const Outcome outcome = run(hash, rows);
  EXPECT_TRUE(outcome.error) << failing;
  EXPECT_EQ(hash.add_row(as_bytes("more")), outcome.error) << failing;
  EXPECT_EQ(hash.digest({}).error, outcome.error) << failing;
}

std::size_t operations_of(std::uint64_t rows) {
  const auto log = std::make_shared<SpillLog>();
  MultisetHash hash{kMultisetBudget, spill_in_memory(log)};
  EXPECT_FALSE(run(hash, rows).error);
  return log->operations;
}

TEST(MultisetSpill, EveryFaultIsReported) {
  const std::size_t operations = operations_of(kSomeRows);
  ASSERT_GT(operations, 12U);
  // The appends and the first reads one by one; the many reads after them are all alike.
  for (std::size_t failing = 0; failing < operations; failing += failing < 12 ? 1 : 17) {
    expect_fault_reported(kSomeRows, failing);
  }
  expect_fault_reported(kSomeRows, operations - 1);
}

TEST(MultisetSpill, EveryFaultOfMergingRunsIsReported) {
  const std::size_t operations = operations_of(kManyRows);
  constexpr std::size_t kRunsBefore = 15;
  ASSERT_GT(operations, kRunsBefore + 20);
  for (std::size_t failing = kRunsBefore; failing < kRunsBefore + 20; failing += 3) {
    expect_fault_reported(kManyRows, failing);
  }
}

TEST(MultisetSpill, AFaultOfTheOtherFailsTheMerge) {
  const auto log = std::make_shared<SpillLog>();
  MultisetHash other{kMultisetBudget, spill_in_memory(log)};
  ASSERT_FALSE(add(other, kSomeRows, kManyRows));
  log->failing_operation = log->operations;
  MultisetHash hash;
  EXPECT_EQ(hash.merge(std::move(other)), std::errc::io_error);
  EXPECT_TRUE(hash.digest({}).error);
}

}  // namespace
}  // namespace rowprint::hashing
