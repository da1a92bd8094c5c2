#include "hashing/merkle_frontier.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <string>

namespace rowprint::hashing {
namespace {

constexpr std::uint64_t kLeaves = 70;

Digest leaf(std::uint64_t i) {
  return Sha256::of(as_bytes("leaf " + std::to_string(i)));
}

MerkleFrontier frontier(std::uint64_t first, std::uint64_t last) {
  MerkleFrontier made;
  for (std::uint64_t i = first; i < last; ++i) {
    made.add(leaf(i));
  }
  return made;
}

// RFC 6962 section 2.1, as it is written there.
Digest root_by_recursion(std::uint64_t first, std::uint64_t last) {
  if (last - first == 1) {
    return leaf(first);
  }
  const std::uint64_t split = std::bit_floor(last - first - 1);
  return node_digest(root_by_recursion(first, first + split), root_by_recursion(first + split, last));
}

TEST(MerkleFrontier, RootIsThatOfRfc6962) {
  EXPECT_EQ(MerkleFrontier{}.root(), Sha256::of({}));
  for (std::uint64_t leaves = 1; leaves <= kLeaves; ++leaves) {
    EXPECT_EQ(frontier(0, leaves).root(), root_by_recursion(0, leaves)) << leaves;
  }
}

TEST(MerkleFrontier, KeepsOneDigestForEachBit) {
  for (std::uint64_t leaves = 0; leaves <= kLeaves; ++leaves) {
    EXPECT_EQ(frontier(0, leaves).subtrees().size(), static_cast<std::size_t>(std::popcount(leaves)));
  }
}

// Every pair of sizes: what is taken is the concatenation, and what is refused could not have been.
TEST(MerkleFrontier, AppendEqualsAddingOneByOne) {
  for (std::uint64_t first = 0; first <= kLeaves; ++first) {
    for (std::uint64_t second = 0; first + second <= kLeaves; ++second) {
      MerkleFrontier whole = frontier(0, first);
      const bool taken = whole.append(frontier(first, first + second));
      EXPECT_EQ(taken, second == 0 || first % std::bit_floor(second) == 0) << first << ' ' << second;
      EXPECT_EQ(whole, frontier(0, taken ? first + second : first)) << first << ' ' << second;
    }
  }
}

TEST(MerkleFrontier, AppendsItself) {
  MerkleFrontier twice = frontier(0, 4);
  MerkleFrontier expected = twice;
  EXPECT_TRUE(expected.append(frontier(0, 4)));
  EXPECT_TRUE(twice.append(twice));
  EXPECT_EQ(twice, expected);
}

TEST(MerkleFrontier, IsReadBackFromItsParts) {
  for (std::uint64_t leaves = 0; leaves <= kLeaves; ++leaves) {
    const MerkleFrontier made = frontier(0, leaves);
    const auto read = MerkleFrontier::from(made.leaves(), {made.subtrees().begin(), made.subtrees().end()});
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, made);
  }
  EXPECT_FALSE(MerkleFrontier::from(3, {leaf(0)}));
  EXPECT_FALSE(MerkleFrontier::from(0, {leaf(0)}));
  EXPECT_FALSE(MerkleFrontier::from(4, {}));
}

}  // namespace
}  // namespace rowprint::hashing
