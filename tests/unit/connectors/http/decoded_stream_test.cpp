#include "connectors/http/decoded_stream.hpp"

#include "tests/support/effort.hpp"
#include "tests/support/random.hpp"
#include "tests/unit/connectors/http/coded_text.hpp"

#include <gtest/gtest.h>

namespace rowprint {
namespace {

using test::coded;
using test::kWhole;
using test::StreamOutcome;

StreamOutcome decode(std::string text, ContentCoding coding, DecodingLimits limits = {}, std::size_t chunk = kWhole,
                     std::size_t room = 1U << 16U) {
  DecodedStream stream{std::make_unique<test::TextStream>(std::move(text), chunk), coding, limits};
  return test::read_all(stream, room);
}

/// Text that is long enough for several blocks, half of it without any pattern.
std::string long_text() {
  std::string text;
  std::uint32_t state = 1;
  while (text.size() < 400'000) {
    state = state * 1664525 + 1013904223;
    text += state % 2 == 0 ? std::string(1 + state % 50, 'r') : std::to_string(state);
  }
  return text;
}

class DecodedStreamTest : public testing::TestWithParam<ContentCoding> {};
INSTANTIATE_TEST_SUITE_P(Codings, DecodedStreamTest, testing::Values(ContentCoding::gzip, ContentCoding::zstd),
                         [](const auto& of) { return std::string{to_string(of.param)}; });

TEST_P(DecodedStreamTest, GivesTheSameBytesHoweverTheyAreCutAndRead) {
  const std::string small = "{\"a\":1}\n{\"a\":2}\n";
  for (const std::size_t chunk : {1U, 2U, 3U, 7U, 100U}) {
    for (const std::size_t room : {1U, 2U, 5U, 1000U}) {
      const StreamOutcome outcome = decode(coded(small, GetParam()), GetParam(), {}, chunk, room);
      EXPECT_EQ(outcome.bytes, small);
      EXPECT_FALSE(outcome.error);
    }
  }
  const std::string text = long_text();
  for (const std::size_t every : {1000UL, 70'001UL, text.size()}) {
    const std::string bytes = test::coded_with_flushes(text, GetParam(), every);
    for (const std::size_t chunk : {1UL, 999UL, kWhole}) {
      for (const std::size_t room : {513UL, 1UL << 20U}) {
        EXPECT_EQ(decode(bytes, GetParam(), {}, chunk, room).bytes, text) << every << " " << chunk << " " << room;
      }
    }
  }
}

TEST_P(DecodedStreamTest, TakesAnyNumberOfMembersAndEmptyOnes) {
  const std::string one = coded("one", GetParam());
  const std::string none = coded("", GetParam());
  for (const std::size_t chunk : {1UL, 10UL, kWhole}) {
    EXPECT_EQ(decode(none + one + none + none + one, GetParam(), {}, chunk).bytes, "oneone");
    EXPECT_FALSE(decode(none, GetParam(), {}, chunk).error);
  }
}

TEST_P(DecodedStreamTest, CutAtAnyByteIsTruncatedThere) {
  const std::string bytes = coded("{\"a\":1}\n{\"b\":\"x\"}\n", GetParam());
  const std::string two = bytes + bytes;
  for (std::size_t size = 0; size < two.size(); ++size) {
    if (size == bytes.size()) {
      continue;
    }
    for (const std::size_t chunk : {1UL, 5UL, kWhole}) {
      const StreamOutcome outcome = decode(two.substr(0, size), GetParam(), {}, chunk);
      ASSERT_TRUE(outcome.error) << size;
      EXPECT_EQ(outcome.error->code, ErrorCode::truncated) << size;
      EXPECT_EQ(outcome.error->offset, size);
    }
  }
}

TEST_P(DecodedStreamTest, BytesBehindTheEndAreRefusedWithTheirOffset) {
  const std::string bytes = coded("rows", GetParam());
  for (const std::string& behind : {std::string(1, '\0'), std::string{"x"}, std::string{"\x1f\x8c"},
                                    std::string{"\x28\xb5\x2f\xfc"}, std::string{"\x50\x2a\x4d\x19"}}) {
    for (const std::size_t chunk : {1UL, 2UL, kWhole}) {
      const StreamOutcome outcome = decode(bytes + behind, GetParam(), {}, chunk);
      EXPECT_EQ(outcome.bytes, "rows");
      ASSERT_TRUE(outcome.error);
      EXPECT_EQ(outcome.error->code, ErrorCode::bad_input);
      EXPECT_EQ(outcome.error->offset, bytes.size());
      EXPECT_NE(outcome.error->reason.find("bytes behind the last"), std::string::npos) << outcome.error->reason;
    }
  }
}

TEST_P(DecodedStreamTest, WhatIsNotCodedIsRefusedAtItsBeginning) {
  const StreamOutcome outcome = decode("{\"a\":1}\n", GetParam());
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, ErrorCode::bad_input);
  EXPECT_EQ(outcome.error->offset, 0U);
}

TEST_P(DecodedStreamTest, DamageIsToldTheSameHoweverItIsCut) {
  const std::string text = long_text();
  const std::string bytes = coded(text, GetParam());
  for (std::size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / test::effort(61)) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    const StreamOutcome whole = decode(damaged, GetParam());
    EXPECT_TRUE(whole.error || whole.bytes == text) << at;
    for (const auto& [chunk, room] : {std::pair{1UL, 1UL << 20U}, {997UL, 301UL}, {65'536UL, 4096UL}}) {
      const StreamOutcome cut = decode(damaged, GetParam(), {}, chunk, room);
      EXPECT_EQ(cut.bytes, whole.bytes) << at;
      ASSERT_EQ(cut.error.has_value(), whole.error.has_value()) << at;
      if (whole.error) {
        EXPECT_EQ(cut.error->text(), whole.error->text()) << at;
        EXPECT_LE(*cut.error->offset, damaged.size());
      }
    }
  }
}

TEST_P(DecodedStreamTest, WhatIsDecodedIsBoundedByItsBytes) {
  const std::string bytes = coded(std::string(5000, 'x'), GetParam());
  EXPECT_FALSE(decode(bytes, GetParam(), {5000, 1000}).error);
  for (const std::size_t room : {1UL, 64UL, 1UL << 20U}) {
    const StreamOutcome outcome = decode(bytes, GetParam(), {4999, 1000}, kWhole, room);
    EXPECT_EQ(outcome.bytes.size(), 4999U);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, ErrorCode::limit_exceeded);
    EXPECT_NE(outcome.error->reason.find("limits.decoded_bytes (4999 bytes)"), std::string::npos);
    EXPECT_TRUE(outcome.error->offset);
  }
}

TEST_P(DecodedStreamTest, RatioIsJudgedBeyondTheFirstMebibyte) {
  const std::uint64_t ratio = 50;
  EXPECT_FALSE(
      decode(coded(std::string(DecodedStream::kUnjudgedBytes, ' '), GetParam()), GetParam(), {~0ULL, ratio}).error);
  const std::string bomb = coded(std::string(2 * DecodedStream::kUnjudgedBytes, ' '), GetParam());
  for (const std::size_t chunk : {1UL, 100UL, kWhole}) {
    const StreamOutcome outcome = decode(bomb, GetParam(), {~0ULL, ratio}, chunk);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, ErrorCode::limit_exceeded);
    EXPECT_NE(outcome.error->reason.find("limits.decoded_ratio (50)"), std::string::npos) << outcome.error->reason;
    EXPECT_LE(outcome.bytes.size(), DecodedStream::kUnjudgedBytes + DecodedStream::kStepBytes);
  }
}

TEST_P(DecodedStreamTest, ErrorsOfTheStreamBelowComeBehindWhatWasDecoded) {
  const std::string bytes = test::coded_with_flushes("onetwo", GetParam(), 3);
  auto inner = std::make_unique<test::TextStream>(bytes.substr(0, bytes.size() - 9), 1);
  Error broken;
  broken.code = ErrorCode::cancelled;
  inner->break_with(broken);
  DecodedStream stream{std::move(inner), GetParam()};
  const StreamOutcome outcome = test::read_all(stream);
  EXPECT_TRUE(outcome.bytes.starts_with("one")) << outcome.bytes;
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, ErrorCode::cancelled);
}

TEST(ZstdDecoding, SkippableFramesArePassedOver) {
  const std::string skippable = std::string{"\x5f\x2a\x4d\x18\x03\x00\x00\x00", 8} + "abc";
  const std::string bytes = skippable + coded("one", ContentCoding::zstd) + skippable;
  for (const std::size_t chunk : {1UL, 4UL, kWhole}) {
    const StreamOutcome outcome = decode(bytes, ContentCoding::zstd, {}, chunk);
    EXPECT_EQ(outcome.bytes, "one");
    EXPECT_FALSE(outcome.error);
  }
  const StreamOutcome cut = decode(bytes.substr(0, bytes.size() - 1), ContentCoding::zstd);
  ASSERT_TRUE(cut.error);
  EXPECT_EQ(cut.error->code, ErrorCode::truncated);
}

TEST(ZstdDecoding, WindowsUpTo8MebibytesAreTaken) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(decode(test::zstd_with_window(text, 23), ContentCoding::zstd).bytes, text);
  const StreamOutcome outcome = decode(test::zstd_with_window(text, 24), ContentCoding::zstd);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, ErrorCode::limit_exceeded);
  EXPECT_NE(outcome.error->reason.find("window of more than 8 MiB"), std::string::npos) << outcome.error->reason;
}

TEST(ZstdDecoding, FormatsBeforeTheStandardAreRefused) {
  for (const char first : {'\x1e', '\x22', '\x23', '\x24', '\x25', '\x26', '\x27'}) {
    const StreamOutcome outcome = decode(std::string{first, '\xb5', '\x2f', '\xfd', 0, 0, 0, 0}, ContentCoding::zstd);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->reason, "zstd: not a zstd stream");
  }
}

TEST(DecodeStream, IdentityIsTheStreamItself) {
  auto stream = std::make_unique<test::TextStream>("x");
  const ByteStream* const same = stream.get();
  EXPECT_EQ(decode_stream(std::move(stream), ContentCoding::identity).get(), same);
}

}  // namespace
}  // namespace rowprint
