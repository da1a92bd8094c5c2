#include "hashing/bytes.hpp"

#include "hashing/digest.hpp"

#include <gtest/gtest.h>

namespace rowprint::hashing {
namespace {

TEST(ByteBuffer, KeepsWhatItHasWhenItGrows) {
  ByteBuffer buffer;
  for (int i = 0; i < 10'000; ++i) {
    buffer.push_back(static_cast<std::uint8_t>(i));
  }
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(buffer.data()[i], static_cast<std::uint8_t>(i));
  }
  EXPECT_EQ(buffer.size(), 10'000U);
}

TEST(ByteBuffer, RoomThatIsNotCommittedIsNotTaken) {
  ByteBuffer buffer;
  buffer.append(as_bytes("ab"));
  std::uint8_t* room = buffer.grow(10);
  room[0] = 'c';
  EXPECT_EQ(as_text(buffer.view()), "ab");
  buffer.commit(room + 1);
  EXPECT_EQ(as_text(buffer.view()), "abc");
}

TEST(ByteBuffer, ClearKeepsTheCapacity) {
  ByteBuffer buffer;
  buffer.reserve(100);
  buffer.append(as_bytes("abc"));
  buffer.clear();
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 100U);
}

TEST(ByteBuffer, AMoveLeavesItEmpty) {
  ByteBuffer from;
  from.append(as_bytes("abc"));
  const ByteBuffer to = std::move(from);
  EXPECT_EQ(as_text(to.view()), "abc");
  EXPECT_EQ(from.size(), 0U);  // NOLINT(bugprone-use-after-move)
}

TEST(Digest, HexIsReadBackExactly) {
  Digest digest;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(i * 37 + 1);
  }
  EXPECT_EQ(digest_from_hex(to_hex(digest)), digest);
}

TEST(Digest, NothingButLowerCaseHexIsRead) {
  const std::string hex(64, 'a');
  EXPECT_TRUE(digest_from_hex(hex));
  EXPECT_FALSE(digest_from_hex(hex.substr(1)));
  EXPECT_FALSE(digest_from_hex(hex + "a"));
  EXPECT_FALSE(digest_from_hex("A" + hex.substr(1)));
  EXPECT_FALSE(digest_from_hex("g" + hex.substr(1)));
  EXPECT_FALSE(digest_from_hex(hex.substr(1) + " "));
  EXPECT_FALSE(digest_from_hex(hex.substr(1) + std::string(1, '\0')));
}

}  // namespace
}  // namespace rowprint::hashing
