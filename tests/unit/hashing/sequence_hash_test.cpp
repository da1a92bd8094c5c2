#include "hashing/sequence_hash.hpp"

#include "hashing/seal.hpp"
#include "tests/support/random.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rowprint::hashing {
namespace {

constexpr int kChunk = SequenceHash::kChunkRows;

std::string row(int i) {
  return "row" + std::to_string(i);
}

SequenceHash hash_of(int first, int last) {
  SequenceHash hash;
  for (int i = first; i < last; ++i) {
    hash.add_row(as_bytes(row(i)));
  }
  return hash;
}

TEST(SequenceHash, EmptyRootIsTheHashOfNothing) {
  EXPECT_EQ(SequenceHash{}.root(), Sha256::of({}));
}

TEST(SequenceHash, RootOfOneChunkIsItsLeaf) {
  Sha256 leaf;
  leaf.update(std::uint8_t{0});
  leaf.update(as_bytes("row0row1"));
  EXPECT_EQ(hash_of(0, 2).root(), leaf.finish());
}

TEST(SequenceHash, ChunksEndAfter4096Rows) {
  MerkleFrontier chunks;
  for (int chunk = 0; chunk < 2; ++chunk) {
    Sha256 leaf;
    leaf.update(std::uint8_t{0});
    for (int i = chunk * kChunk; i < std::min((chunk + 1) * kChunk, kChunk + 1); ++i) {
      leaf.update(as_bytes(row(i)));
    }
    chunks.add(leaf.finish());
  }
  EXPECT_EQ(hash_of(0, kChunk + 1).root(), chunks.root());
  EXPECT_TRUE(hash_of(0, kChunk).at_chunk_boundary());
  EXPECT_FALSE(hash_of(0, kChunk + 1).at_chunk_boundary());
}

TEST(SequenceHash, BatchesMakeNoDifference) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  std::string rows;
  std::vector<std::size_t> ends;
  for (int i = 0; i < 3 * kChunk + 7; ++i) {
    rows += random.chance(5) ? "" : row(i);
    ends.push_back(rows.size());
  }
  SequenceHash one_by_one;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    one_by_one.add_row(as_bytes(std::string_view{rows}.substr(begin, ends[i] - begin)));
  }
  for (int repetition = 0; repetition < 20; ++repetition) {
    SequenceHash batched;
    for (std::size_t done = 0; done < ends.size();) {
      const std::size_t count = std::min<std::size_t>(random.below(2 * kChunk), ends.size() - done);
      const std::size_t begin = done == 0 ? 0 : ends[done - 1];
      std::vector<std::uint32_t> batch_ends;
      for (std::size_t i = done; i < done + count; ++i) {
        batch_ends.push_back(static_cast<std::uint32_t>(ends[i] - begin));
      }
      batched.add_rows(as_bytes(std::string_view{rows}.substr(begin)), batch_ends);
      done += count;
    }
    ASSERT_EQ(batched.digest({}), one_by_one.digest({})) << "seed " << seed;
    ASSERT_EQ(batched.rows(), ends.size());
  }
}

TEST(SequenceHash, ResumesAtChunkBoundary) {
  for (const int chunks : {0, 1, 2, 3, 5}) {
    SequenceHash resumed = SequenceHash::resume(hash_of(0, chunks * kChunk).complete_chunks());
    EXPECT_EQ(resumed.rows(), static_cast<std::uint64_t>(chunks * kChunk));
    for (int i = chunks * kChunk; i < 6 * kChunk + 1; ++i) {
      resumed.add_row(as_bytes(row(i)));
    }
    EXPECT_EQ(resumed.digest({}), hash_of(0, 6 * kChunk + 1).digest({})) << chunks;
  }
}

TEST(SequenceHash, RowsPastTheBoundaryAreNotInTheState) {
  EXPECT_EQ(hash_of(0, kChunk + 5).complete_chunks(), hash_of(0, kChunk).complete_chunks());
}

TEST(SequenceHash, MergeEqualsConcatenation) {
  SequenceHash merged = hash_of(0, 4 * kChunk);
  EXPECT_TRUE(merged.merge(hash_of(4 * kChunk, 7 * kChunk + 5)));
  EXPECT_EQ(merged.digest({}), hash_of(0, 7 * kChunk + 5).digest({}));
}

TEST(SequenceHash, AMergeThatIsRefusedChangesNothing) {
  SequenceHash inside_a_chunk = hash_of(0, kChunk + 1);
  EXPECT_FALSE(inside_a_chunk.merge(hash_of(0, kChunk)));
  EXPECT_EQ(inside_a_chunk.digest({}), hash_of(0, kChunk + 1).digest({}));
  SequenceHash odd = hash_of(0, kChunk);
  EXPECT_FALSE(odd.merge(hash_of(kChunk, 3 * kChunk)));
  EXPECT_EQ(odd.digest({}), hash_of(0, kChunk).digest({}));
}

TEST(SequenceHash, DigestDoesNotEndIt) {
  SequenceHash hash = hash_of(0, 10);
  const Fingerprint early = hash.digest({});
  EXPECT_EQ(hash.digest({}), early);
  hash.add_row(as_bytes(row(10)));
  EXPECT_EQ(hash.digest({}), hash_of(0, 11).digest({}));
}

TEST(SequenceHash, ACopyGoesOnIndependently) {
  SequenceHash hash = hash_of(0, 10);
  SequenceHash copy = hash;
  copy.add_row(as_bytes(row(10)));
  EXPECT_EQ(hash.digest({}), hash_of(0, 10).digest({}));
  EXPECT_EQ(copy.digest({}), hash_of(0, 11).digest({}));
}

// One chunk hashes its rows as one run of bytes, so that only the count tells these apart: it is in the seal.
TEST(SequenceHash, RowCountIsSealed) {
  SequenceHash one;
  one.add_row(as_bytes("ab"));
  SequenceHash two;
  two.add_row(as_bytes("a"));
  two.add_row(as_bytes("b"));
  EXPECT_EQ(one.root(), two.root());
  EXPECT_NE(one.digest({}), two.digest({}));
}

TEST(SequenceHash, SchemaIsSealed) {
  EXPECT_NE(hash_of(0, 5).digest({}), hash_of(0, 5).digest(Sha256::of({})));
}

TEST(Seal, BindsDomainSchemaCountAndRoot) {
  const Digest a = Sha256::of(as_bytes("a"));
  const Digest b = Sha256::of(as_bytes("b"));
  const Digest sealed = seal(kSequenceDomain, a, 1, b);
  EXPECT_NE(sealed, seal(kMultisetDomain, a, 1, b));
  EXPECT_NE(sealed, seal(kSequenceDomain, b, 1, b));
  EXPECT_NE(sealed, seal(kSequenceDomain, a, 256, b));
  EXPECT_NE(sealed, seal(kSequenceDomain, a, 1, a));
  EXPECT_EQ(kSequenceDomain.back(), '\0');
  EXPECT_EQ(kMultisetDomain.back(), '\0');
}

}  // namespace
}  // namespace rowprint::hashing
