#include "hashing/run_merge.hpp"

#include "hashing/digest_sort.hpp"
#include "tests/support/random.hpp"
#include "tests/unit/hashing/spill_in_memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace rowprint::hashing {
namespace {

struct Runs {
  std::shared_ptr<SpillLog> log = std::make_shared<SpillLog>();
  std::vector<SortedRun> in_file;
  std::vector<Digest> in_memory;
  std::vector<Digest> all_sorted;
};

// `distinct` few: many equal digests, within runs and across.
std::vector<Digest> random_run(test::Random& random, std::size_t rows, std::uint64_t distinct) {
  std::vector<Digest> run(rows);
  for (Digest& digest : run) {
    digest.fill(0);
    const std::uint64_t value = random.below(distinct) * 0x9e37'79b9'7f4a'7c15U;
    std::memcpy(digest.data(), &value, sizeof(value));
  }
  std::sort(run.begin(), run.end());
  return run;
}

Runs random_runs(test::Random& random, std::uint64_t distinct) {
  Runs runs;
  const auto spill = spill_in_memory(runs.log);
  for (std::uint64_t count = random.below(8); count > 0; --count) {
    const std::vector<Digest> run = random_run(random, random.below(400), distinct);
    runs.in_file.push_back({runs.log->bytes.size(), run.size()});
    if (!run.empty()) {
      EXPECT_FALSE(spill->append({run.data()->data(), run.size() * sizeof(Digest)}));
    }
    runs.all_sorted.insert(runs.all_sorted.end(), run.begin(), run.end());
  }
  runs.in_memory = random_run(random, random.below(400), distinct);
  runs.all_sorted.insert(runs.all_sorted.end(), runs.in_memory.begin(), runs.in_memory.end());
  std::sort(runs.all_sorted.begin(), runs.all_sorted.end());
  return runs;
}

std::vector<Digest> merged(const Runs& runs, std::size_t room_rows) {
  const auto spill = spill_in_memory(runs.log);
  std::vector<Digest> room(room_rows);
  RunMerge merge{spill.get(), runs.in_file, runs.in_memory, room};
  std::vector<Digest> all;
  for (auto block = merge.next_block(); !block.empty(); block = merge.next_block()) {
    all.insert(all.end(), block.begin(), block.end());
  }
  EXPECT_FALSE(merge.error());
  return all;
}

TEST(RunMerge, IsTheSortOfAll) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  for (int i = 0; i < 150; ++i) {
    const Runs runs = random_runs(random, random.pick({1ULL, 3ULL, 100ULL, 1'000'000ULL}));
    const std::size_t room_min = 2 * (runs.in_file.size() + 1);
    for (const std::size_t room : {room_min, room_min + random.below(300), std::size_t{10'000}}) {
      ASSERT_TRUE(merged(runs, room) == runs.all_sorted) << "room for " << room << ", seed " << seed;
    }
  }
}

TEST(RunMerge, OfNothingIsNothing) {
  EXPECT_TRUE(merged(Runs{}, 2).empty());
}

TEST(RunMerge, AReadThatFailsEndsTheStream) {
  test::Random random{7};
  Runs runs;
  const std::vector<Digest> run = random_run(random, 100, 1'000'000);
  const auto spill = spill_in_memory(runs.log);
  ASSERT_FALSE(spill->append({run.data()->data(), run.size() * sizeof(Digest)}));
  const SortedRun in_file{0, 100};
  std::vector<Digest> room(40);
  runs.log->failing_operation = 3;
  RunMerge merge{spill.get(), {&in_file, 1}, {}, room};
  std::size_t rows = 0;
  for (auto block = merge.next_block(); !block.empty(); block = merge.next_block()) {
    rows += block.size();
  }
  EXPECT_EQ(merge.error(), std::errc::io_error);
  EXPECT_LT(rows, 100U);
}

}  // namespace
}  // namespace rowprint::hashing
