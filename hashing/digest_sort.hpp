#pragma once

#include "hashing/digest.hpp"

#include <cstdint>
#include <cstring>
#include <span>

namespace rowprint::hashing {

/// The first 64 bits as a number: orders digests, but for those that agree in all of them.
inline std::uint64_t leading_word(const std::uint8_t* digest) {
  std::uint64_t word = 0;
  std::memcpy(&word, digest, sizeof(word));
  return __builtin_bswap64(word);
}

constexpr std::size_t kSortBytesMax = 160U << 10U;

inline bool comes_before(const Digest& left, const Digest& right) {
  const std::uint64_t left_word = leading_word(left.data());
  const std::uint64_t right_word = leading_word(right.data());
  return left_word != right_word ? left_word < right_word : std::memcmp(left.data(), right.data(), left.size()) < 0;
}

/// Sorts digests in place, ascending by byte. Memory: at most kSortBytesMax beside them.
/// Cost: digests are spread evenly, so they are put in groups by where they lie in their range, in place first
/// (American flag sort: McIlroy, Bostic, McIlroy 1993), group by group through a scratch once they fit the cache:
/// linear in their number. At worst, for digests that agree in their first 64 bits, n log n.
void sort_digests(std::span<Digest> digests);

}  // namespace rowprint::hashing
