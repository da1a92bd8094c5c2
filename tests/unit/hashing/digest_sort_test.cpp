#include "hashing/digest_sort.hpp"

#include "hashing/sha256.hpp"
#include "tests/support/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace rowprint::hashing {
namespace {

using Make = std::function<Digest(test::Random&, std::size_t)>;

Digest random_digest(test::Random& random) {
  Digest digest;
  for (std::size_t at = 0; at < digest.size(); at += 8) {
    const std::uint64_t bits = random.bits();
    std::memcpy(digest.data() + at, &bits, sizeof(bits));
  }
  return digest;
}

// Sizes around every change of method, and a large one.
void expect_sorted(const Make& make) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  for (const std::size_t size : {0UL, 1UL, 2UL, 11UL, 12UL, 13UL, 100UL, 4095UL, 4096UL, 4097UL, 60'000UL}) {
    std::vector<Digest> digests;
    for (std::size_t i = 0; i < size; ++i) {
      digests.push_back(make(random, i));
    }
    std::vector<Digest> expected = digests;
    std::sort(expected.begin(), expected.end());
    sort_digests(digests);
    ASSERT_TRUE(digests == expected) << size << " digests, seed " << seed;
  }
}

TEST(DigestSort, SortsWhatIsSpreadEvenly) {
  expect_sorted([](test::Random& random, std::size_t) { return random_digest(random); });
}

TEST(DigestSort, SortsWhatIsAllEqual) {
  expect_sorted([](test::Random&, std::size_t) { return Digest{7}; });
}

TEST(DigestSort, SortsFewValuesRepeated) {
  expect_sorted(
      [](test::Random& random, std::size_t) { return Sha256::of(as_bytes(std::to_string(random.below(5)))); });
}

TEST(DigestSort, SortsWhatAgreesInItsFirstWord) {
  expect_sorted([](test::Random& random, std::size_t) {
    Digest digest = random_digest(random);
    std::fill_n(digest.begin(), 8 + random.below(24), std::uint8_t{0xff});
    return digest;
  });
}

TEST(DigestSort, SortsOneFarFromAllOthers) {
  expect_sorted([](test::Random& random, std::size_t i) {
    Digest digest{};
    digest[7] = static_cast<std::uint8_t>(random.bits());
    digest[31] = static_cast<std::uint8_t>(random.bits());
    digest[0] = i == 3 ? 0xff : 0;
    return digest;
  });
}

TEST(DigestSort, SortsWhatIsSortedEitherWay) {
  for (const bool backwards : {false, true}) {
    expect_sorted([backwards](test::Random&, std::size_t i) {
      const std::uint64_t number = backwards ? ~i : i;
      Digest digest{};
      for (std::size_t at = 0; at < 8; ++at) {
        digest[at] = static_cast<std::uint8_t>(number >> (56 - 8 * at));
      }
      return digest;
    });
  }
}

}  // namespace
}  // namespace rowprint::hashing
