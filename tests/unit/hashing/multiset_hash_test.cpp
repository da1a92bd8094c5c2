#include "hashing/multiset_hash.hpp"

#include "tests/support/random.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rowprint::hashing {
namespace {

std::string row(std::uint64_t i) {
  return "row" + std::to_string(i);
}

MultisetHash hash_of(const std::vector<std::string>& rows) {
  MultisetHash hash;
  for (const std::string& one : rows) {
    EXPECT_FALSE(hash.add_row(as_bytes(one)));
  }
  return hash;
}

Fingerprint fingerprint(MultisetHash& hash) {
  const auto result = hash.digest({});
  EXPECT_FALSE(result.error);
  return result.fingerprint;
}

Fingerprint fingerprint(const std::vector<std::string>& rows) {
  MultisetHash hash = hash_of(rows);
  return fingerprint(hash);
}

std::vector<std::string> random_rows(test::Random& random, std::size_t count) {
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < count; ++i) {
    rows.push_back(row(random.below(count)));
  }
  return rows;
}

TEST(MultisetHash, AddIsCommutative) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  for (const std::size_t count : {2UL, 10UL, 1000UL, 20'000UL}) {
    std::vector<std::string> rows = random_rows(random, count);
    const Fingerprint expected = fingerprint(rows);
    random.shuffle(rows);
    ASSERT_EQ(fingerprint(rows), expected) << "seed " << seed;
  }
}

TEST(MultisetHash, RepeatsCount) {
  std::vector<Fingerprint> seen;
  std::vector<std::string> rows;
  for (int i = 0; i < 20; ++i) {
    const Fingerprint next = fingerprint(rows);
    EXPECT_EQ(std::find(seen.begin(), seen.end(), next), seen.end()) << i;
    seen.push_back(next);
    rows.push_back("the same");
  }
}

TEST(MultisetHash, ManyEqualRowsDiffer) {
  const Fingerprint ones = fingerprint(std::vector<std::string>(65'536, "one"));
  EXPECT_NE(ones, fingerprint(std::vector<std::string>{}));
  EXPECT_NE(ones, fingerprint(std::vector<std::string>(65'536, "two")));
  EXPECT_NE(ones, fingerprint(std::vector<std::string>(65'535, "one")));
}

TEST(MultisetHash, RowBoundariesCount) {
  EXPECT_NE(fingerprint({"ab"}), fingerprint({"a", "b"}));
  EXPECT_NE(fingerprint({"", "ab"}), fingerprint({"a", "b"}));
}

TEST(MultisetHash, LongRowsAreHashedAsShortOnes) {
  for (const std::size_t size : {0UL, 1UL, 1023UL, 1024UL, 1025UL, 100'000UL}) {
    const std::string text(size, 'x');
    EXPECT_EQ(row_digest(as_bytes(text)), Sha256::of(as_bytes("\x02" + text))) << size;
  }
}

TEST(MultisetHash, BatchesMakeNoDifference) {
  const std::string rows = "abcde";
  const std::vector<std::uint32_t> ends{1, 1, 3, 5};
  MultisetHash batched;
  EXPECT_FALSE(batched.add_rows(as_bytes(rows), ends));
  EXPECT_EQ(batched.rows(), 4U);
  EXPECT_EQ(fingerprint(batched), fingerprint({"a", "", "bc", "de"}));
}

TEST(MultisetHash, MergeEqualsAddingAll) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  for (int i = 0; i < 50; ++i) {
    std::vector<std::string> first = random_rows(random, random.below(300));
    const std::vector<std::string> second = random_rows(random, random.below(300));
    MultisetHash merged = hash_of(first);
    ASSERT_FALSE(merged.merge(hash_of(second)));
    first.insert(first.end(), second.begin(), second.end());
    ASSERT_EQ(merged.rows(), first.size());
    ASSERT_EQ(fingerprint(merged), fingerprint(first)) << "seed " << seed;
  }
}

TEST(MultisetHash, DigestDoesNotEndIt) {
  MultisetHash hash = hash_of({"a", "b"});
  const Fingerprint early = fingerprint(hash);
  EXPECT_EQ(fingerprint(hash), early);
  EXPECT_FALSE(hash.add_row(as_bytes("c")));
  EXPECT_EQ(fingerprint(hash), fingerprint({"c", "b", "a"}));
}

TEST(MultisetHash, RowCountAndSchemaAreSealed) {
  MultisetHash hash = hash_of({"a"});
  EXPECT_NE(hash.digest({}).fingerprint, hash.digest(Sha256::of({})).fingerprint);
  EXPECT_EQ(hash.digest({}).fingerprint.kind, Fingerprint::Kind::multiset);
}

}  // namespace
}  // namespace rowprint::hashing
