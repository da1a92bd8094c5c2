#include "hashing/digest_sort.hpp"

#include <algorithm>
#include <vector>

namespace rowprint::hashing {
namespace {

constexpr std::size_t kGroups = 4096;
// Below this the table of groups costs more than it saves.
constexpr std::size_t kGroupingMin = 2 * kGroups;

std::size_t group_of(const Digest& digest) {
  return static_cast<std::size_t>(digest[0]) << 4U | digest[1] >> 4U;
}

}  // namespace

void sort_digests(std::span<Digest> digests) {
  if (digests.size() < kGroupingMin) {
    std::sort(digests.begin(), digests.end(), comes_before);
    return;
  }
  std::vector<std::size_t> ends(kGroups);
  for (const Digest& digest : digests) {
    ++ends[group_of(digest)];
  }
  std::vector<std::size_t> next(kGroups);
  std::size_t begin = 0;
  for (std::size_t group = 0; group < kGroups; ++group) {
    next[group] = begin;
    begin += ends[group];
    ends[group] = begin;
  }
  begin = 0;
  for (std::size_t group = 0; group < kGroups; ++group) {
    while (next[group] != ends[group]) {
      Digest displaced = digests[next[group]];
      for (std::size_t home = group_of(displaced); home != group; home = group_of(displaced)) {
        std::swap(displaced, digests[next[home]++]);
      }
      digests[next[group]++] = displaced;
    }
    std::sort(digests.begin() + static_cast<std::ptrdiff_t>(begin),
              digests.begin() + static_cast<std::ptrdiff_t>(ends[group]), comes_before);
    begin = ends[group];
  }
}

}  // namespace rowprint::hashing
