#include "hashing/fingerprint.hpp"

#include <gtest/gtest.h>

namespace rowprint::hashing {
namespace {

TEST(Fingerprint, TextIsReadBackExactly) {
  for (const auto kind : {Fingerprint::Kind::sequence, Fingerprint::Kind::multiset}) {
    const Fingerprint fingerprint{kind, Sha256::of(as_bytes("x"))};
    EXPECT_EQ(fingerprint.text().size(), 69U);
    EXPECT_EQ(Fingerprint::parse(fingerprint.text()), fingerprint);
  }
}

TEST(Fingerprint, KindsOfOneDigestDiffer) {
  const Digest digest = Sha256::of(as_bytes("x"));
  EXPECT_NE((Fingerprint{Fingerprint::Kind::sequence, digest}), (Fingerprint{Fingerprint::Kind::multiset, digest}));
}

TEST(Fingerprint, NothingElseIsRead) {
  const std::string text = Fingerprint{}.text();
  EXPECT_TRUE(Fingerprint::parse(text));
  EXPECT_FALSE(Fingerprint::parse(""));
  EXPECT_FALSE(Fingerprint::parse("rp1s:"));
  EXPECT_FALSE(Fingerprint::parse(text.substr(5)));
  EXPECT_FALSE(Fingerprint::parse("rp2s:" + text.substr(5)));
  EXPECT_FALSE(Fingerprint::parse("rp1x:" + text.substr(5)));
  EXPECT_FALSE(Fingerprint::parse("RP1S:" + text.substr(5)));
  EXPECT_FALSE(Fingerprint::parse(" " + text));
  EXPECT_FALSE(Fingerprint::parse(text + "\n"));
  EXPECT_FALSE(Fingerprint::parse(text.substr(0, 68)));
  EXPECT_FALSE(Fingerprint::parse(text.substr(0, 68) + "F"));
}

}  // namespace
}  // namespace rowprint::hashing
