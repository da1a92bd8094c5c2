#include "hashing/digest_sort.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

namespace rowprint::hashing {
namespace {

// More groups at once would outrun a core's translation of addresses.
constexpr int kFarGroupBits = 8;
constexpr int kNearGroupBits = 10;
// As many digests as lie in the second-level cache with a copy of them.
constexpr std::size_t kNearRowsMax = 4096;
constexpr std::size_t kInsertionRowsMax = 12;

struct Range {
  std::uint64_t least = 0;
  std::uint64_t span = 0;
};

Range range_of(std::span<const Digest> digests) {
  std::uint64_t least = ~0ULL;
  std::uint64_t most = 0;
  for (const Digest& digest : digests) {
    const std::uint64_t word = leading_word(digest.data());
    least = std::min(least, word);
    most = std::max(most, word);
  }
  return {least, most - least};
}

/// Groups of digests by where their leading word lies in its range: group after group is in order.
class Grouping {
 public:
  Grouping(const Range& range, int bits)
      : least_(range.least),
        shift_(std::max(0, static_cast<int>(std::bit_width(range.span)) - bits)),
        groups_(static_cast<std::size_t>(range.span >> shift_) + 1) {}

  std::size_t groups() const { return groups_; }
  std::size_t operator()(const Digest& digest) const {
    return static_cast<std::size_t>((leading_word(digest.data()) - least_) >> shift_);
  }

 private:
  std::uint64_t least_;
  int shift_;
  std::size_t groups_;
};

void insertion_sort(std::span<Digest> digests) {
  for (std::size_t i = 1; i < digests.size(); ++i) {
    if (!comes_before(digests[i], digests[i - 1])) {
      continue;
    }
    const Digest digest = digests[i];
    std::size_t at = i;
    for (; at > 0 && comes_before(digest, digests[at - 1]); --at) {
      digests[at] = digests[at - 1];
    }
    digests[at] = digest;
  }
}

void sort_with(std::span<Digest> digests, std::span<Digest> scratch);

// What is near is moved to the scratch and back: stores that wait for nothing, where a permutation in place waits for
// each.
void sort_near(std::span<Digest> digests, const Range& range, std::span<Digest> scratch) {
  const int bits = std::min<int>(kNearGroupBits, static_cast<int>(std::bit_width(digests.size())) - 1);
  const Grouping group_of{range, bits};
  std::array<std::uint32_t, (std::size_t{1} << kNearGroupBits) + 1> ends;
  std::fill_n(ends.begin(), group_of.groups() + 1, 0U);
  for (const Digest& digest : digests) {
    ++ends[group_of(digest) + 1];
  }
  for (std::size_t group = 1; group < group_of.groups(); ++group) {
    ends[group + 1] += ends[group];
  }
  for (const Digest& digest : digests) {
    scratch[ends[group_of(digest)]++] = digest;
  }
  std::copy_n(scratch.begin(), digests.size(), digests.begin());
  std::uint32_t begin = 0;
  for (std::size_t group = 0; group < group_of.groups(); ++group) {
    if (ends[group] - begin > 1) {
      sort_with(digests.subspan(begin, ends[group] - begin), scratch);
    }
    begin = ends[group];
  }
}

void sort_far(std::span<Digest> digests, const Range& range, std::span<Digest> scratch) {
  const Grouping group_of{range, kFarGroupBits};
  std::array<std::size_t, std::size_t{1} << kFarGroupBits> ends{};
  std::array<std::size_t, std::size_t{1} << kFarGroupBits> next;
  for (const Digest& digest : digests) {
    ++ends[group_of(digest)];
  }
  std::size_t begin = 0;
  for (std::size_t group = 0; group < group_of.groups(); ++group) {
    next[group] = begin;
    begin += ends[group];
    ends[group] = begin;
  }
  begin = 0;
  for (std::size_t group = 0; group < group_of.groups(); ++group) {
    while (next[group] != ends[group]) {
      Digest displaced = digests[next[group]];
      for (std::size_t home = group_of(displaced); home != group; home = group_of(displaced)) {
        Digest& place = digests[next[home]++];
        // What the group will give up next: without this every other step waits for memory.
        __builtin_prefetch(&place + 2, 1);
        const Digest taken = place;
        place = displaced;
        displaced = taken;
      }
      digests[next[group]++] = displaced;
    }
    sort_with(digests.subspan(begin, ends[group] - begin), scratch);
    begin = ends[group];
  }
}

void sort_with(std::span<Digest> digests, std::span<Digest> scratch) {
  if (digests.size() <= kInsertionRowsMax) {
    return insertion_sort(digests);
  }
  const Range range = range_of(digests);
  if (range.span == 0) {
    std::sort(digests.begin(), digests.end());
  } else if (digests.size() <= kNearRowsMax) {
    sort_near(digests, range, scratch);
  } else {
    sort_far(digests, range, scratch);
  }
}

}  // namespace

void sort_digests(std::span<Digest> digests) {
  const std::size_t scratch_rows = std::min(digests.size(), kNearRowsMax);
  const auto scratch = std::make_unique_for_overwrite<Digest[]>(scratch_rows);
  sort_with(digests, {scratch.get(), scratch_rows});
}

}  // namespace rowprint::hashing
