#include "hashing/sequence_hash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rowprint::hashing {
namespace {

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

TEST(Sha256, ResetsAfterFinish) {
  Sha256 hash;
  hash.update(as_bytes("something else"));
  hash.finish();
  hash.update(as_bytes("abc"));
  EXPECT_EQ(to_hex(hash.finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(SequenceHash, EmptyRootIsTheHashOfNothing) {
  EXPECT_EQ(to_hex(SequenceHash{}.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(SequenceHash, ResumesAtChunkBoundary) {
  const SequenceHash whole = hash_of(0, 3 * 4096 + 1);
  SequenceHash resumed = SequenceHash::resume(hash_of(0, 3 * 4096).complete_chunks());
  resumed.add_row(as_bytes(row(3 * 4096)));
  EXPECT_EQ(resumed.digest({}), whole.digest({}));
}

TEST(SequenceHash, MergeEqualsConcatenation) {
  SequenceHash merged = hash_of(0, 4 * 4096);
  EXPECT_TRUE(merged.merge(hash_of(4 * 4096, 7 * 4096 + 5)));
  EXPECT_EQ(merged.digest({}), hash_of(0, 7 * 4096 + 5).digest({}));
}

}  // namespace
}  // namespace rowprint::hashing
