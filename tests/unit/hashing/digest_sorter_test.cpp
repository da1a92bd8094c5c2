#include "hashing/digest_sorter.hpp"

#include "hashing/sha256.hpp"
#include "tests/unit/hashing/spill_in_memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace rowprint::hashing {
namespace {

constexpr std::size_t kSorterBudget = DigestSorter::kMemoryBytesMin;

// Every third comes twice.
std::vector<Digest> some_digests(std::size_t count, std::size_t salt = 0) {
  std::vector<Digest> digests;
  for (std::size_t i = 0; digests.size() < count; ++i) {
    const std::string text = std::to_string(salt) + ":" + std::to_string(i);
    digests.insert(digests.end(), i % 3 == 0 ? 2 : 1, Sha256::of(as_bytes(text)));
  }
  digests.resize(count);
  return digests;
}

std::vector<Digest> drained(DigestSorter& sorter) {
  std::vector<Digest> all;
  auto stream = sorter.ascending();
  for (auto block = stream.next_block(); !block.empty(); block = stream.next_block()) {
    all.insert(all.end(), block.begin(), block.end());
  }
  return all;
}

TEST(DigestSorter, GivesWhatCameInAscendingOrderRepeatsKept) {
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{100'000}}) {
    std::vector<Digest> digests = some_digests(count);
    DigestSorter in_memory;
    DigestSorter spilling{kSorterBudget, spill_in_memory()};
    ASSERT_FALSE(in_memory.add(digests));
    ASSERT_FALSE(spilling.add(digests));
    std::sort(digests.begin(), digests.end());
    EXPECT_TRUE(drained(in_memory) == digests) << count;
    EXPECT_TRUE(drained(spilling) == digests) << count;
    EXPECT_EQ(spilling.rows(), count);
  }
}

TEST(DigestSorter, AStreamDoesNotEndAdding) {
  DigestSorter sorter{kSorterBudget, spill_in_memory()};
  std::vector<Digest> all;
  for (std::size_t part = 0; part < 3; ++part) {
    const std::vector<Digest> digests = some_digests(40'000, part);
    ASSERT_FALSE(sorter.add(digests));
    all.insert(all.end(), digests.begin(), digests.end());
    std::sort(all.begin(), all.end());
    ASSERT_TRUE(drained(sorter) == all) << part;
  }
}

TEST(DigestSorter, AnErrorOfTheStreamIsTheSortersFromThenOn) {
  const auto log = std::make_shared<SpillLog>();
  DigestSorter sorter{kSorterBudget, spill_in_memory(log)};
  const std::vector<Digest> digests = some_digests(100'000);
  ASSERT_FALSE(sorter.add(digests));
  log->failing_operation = log->operations + 5;
  EXPECT_LT(drained(sorter).size(), digests.size());
  EXPECT_EQ(sorter.error(), std::errc::io_error);
  EXPECT_EQ(sorter.add(digests), std::errc::io_error);
  EXPECT_TRUE(drained(sorter).empty());
}

}  // namespace
}  // namespace rowprint::hashing
