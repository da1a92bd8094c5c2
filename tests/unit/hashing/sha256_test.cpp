#include "hashing/sha256.hpp"

#include "tests/support/random.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rowprint::hashing {
namespace {

constexpr const char* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, AgreesWithFips180) {
  EXPECT_EQ(to_hex(Sha256::of({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(Sha256::of(as_bytes("abc"))), kOfAbc);
  EXPECT_EQ(to_hex(Sha256::of(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(Sha256::of(as_bytes(std::string(1'000'000, 'a')))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, ResetsAfterFinish) {
  Sha256 hash;
  hash.update(as_bytes("something else"));
  hash.finish();
  hash.update(as_bytes("abc"));
  EXPECT_EQ(to_hex(hash.finish()), kOfAbc);
  EXPECT_EQ(hash.finish(), Sha256::of({}));
}

TEST(Sha256, ACopyGoesOnIndependently) {
  Sha256 hash;
  hash.update(as_bytes("ab"));
  Sha256 copy = hash;
  hash.update(as_bytes("x"));
  copy.update(as_bytes("c"));
  EXPECT_EQ(to_hex(copy.finish()), kOfAbc);
  EXPECT_EQ(hash.finish(), Sha256::of(as_bytes("abx")));
  copy.update(as_bytes("old"));
  copy = hash;
  copy.update(as_bytes("abc"));
  EXPECT_EQ(to_hex(copy.finish()), kOfAbc);
}

TEST(Sha256, PiecesMakeNoDifference) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  const std::string text(1000, 'z');
  for (int i = 0; i < 200; ++i) {
    Sha256 hash;
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t size = std::min<std::size_t>(random.below(130), rest.size());
      hash.update(as_bytes(rest.substr(0, size)));
      rest.remove_prefix(size);
    }
    ASSERT_EQ(hash.finish(), Sha256::of(as_bytes(text))) << "seed " << seed;
  }
}

}  // namespace
}  // namespace rowprint::hashing
