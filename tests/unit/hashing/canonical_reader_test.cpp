#include "hashing/canonical_reader.hpp"

#include "hashing/digest.hpp"
#include "tests/unit/hashing/random_encoding.hpp"

#include <gtest/gtest.h>

namespace rowprint::hashing {
namespace {

constexpr int kCases = 3000;

// Every item of one encoding put once more: what a decoder that knows nothing of the bytes would write.
std::string put_again(ByteView encoding) {
  CanonicalReader reader{encoding};
  ByteBuffer out;
  while (!reader.at_end()) {
    const auto item = reader.read();
    if (!item || put_item(out, *item) != Refusal::none) {
      return "refused: " + std::string{reader.reason()};
    }
  }
  return to_hex(out.view());
}

TEST(CanonicalReader, RoundTripsEverythingTheEncoderWrites) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  for (int i = 0; i < kCases; ++i) {
    ByteBuffer out;
    put_random(out, random);
    ASSERT_EQ(put_again(out.view()), to_hex(out.view())) << "seed " << seed;
    CanonicalReader reader{out.view()};
    const auto whole = reader.skip();
    ASSERT_TRUE(whole) << reader.reason() << ", seed " << seed;
    ASSERT_EQ(whole->size(), out.size());
  }
}

TEST(CanonicalReader, TakesEveryRowTheEncoderWrites) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  for (int i = 0; i < kCases; ++i) {
    ByteBuffer out;
    put_random_row(out, random);
    CanonicalReader reader{out.view()};
    ASSERT_TRUE(reader.skip_row()) << reader.reason() << ", seed " << seed;
    ASSERT_TRUE(reader.at_end());
  }
}

// Whatever a damaged encoding is taken for is written as those very bytes: no value has two encodings.
TEST(CanonicalReader, TakesNothingTheEncoderWouldNotWrite) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  int taken = 0;
  int refused = 0;
  for (int i = 0; i < 20 * kCases; ++i) {
    ByteBuffer out;
    put_random(out, random, 2);
    for (std::uint64_t changes = 1 + random.below(2); changes > 0; --changes) {
      out.data()[random.below(out.size())] = static_cast<std::uint8_t>(random.bits());
    }
    CanonicalReader reader{out.view()};
    if (!reader.skip() || !reader.at_end()) {
      ++refused;
      continue;
    }
    ++taken;
    ASSERT_EQ(put_again(out.view()), to_hex(out.view())) << "seed " << seed;
  }
  EXPECT_GT(taken, kCases);
  EXPECT_GT(refused, kCases);
}

TEST(CanonicalReader, RefusesEveryCut) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  for (int i = 0; i < 300; ++i) {
    ByteBuffer out;
    put_random(out, random);
    for (std::size_t size = 0; size < out.size(); ++size) {
      CanonicalReader reader{out.view().first(size)};
      ASSERT_FALSE(reader.skip()) << "seed " << seed;
      ASSERT_EQ(reader.offset(), 0U);
      ASSERT_FALSE(reader.reason().empty());
    }
  }
}

TEST(CanonicalReader, AnItemRefusedIsNotPassedOver) {
  ByteBuffer out;
  put_int(out, 5);
  out.append(as_bytes("\xf7"));
  CanonicalReader reader{out.view()};
  EXPECT_TRUE(reader.read());
  EXPECT_FALSE(reader.read());
  EXPECT_EQ(reader.offset(), 1U);
  EXPECT_EQ(reader.reason(), "a simple value other than false, true and null");
}

TEST(CanonicalReader, ACutIsToldFromWhatNoMoreBytesWouldMend) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  for (int i = 0; i < 300; ++i) {
    ByteBuffer out;
    put_random_row(out, random);
    for (std::size_t size = 0; size < out.size(); ++size) {
      CanonicalReader reader{out.view().first(size)};
      ASSERT_FALSE(reader.skip_row()) << "seed " << seed;
      ASSERT_TRUE(reader.is_cut()) << "seed " << seed << ": " << reader.reason();
      ASSERT_EQ(reader.reason(), "ends before the value does");
    }
  }
  for (const char* bad : {"\x01", "\xa1\x61\x61\xf6", "\xa1\x61\x61\xd9\x03\xe9\xa1\x02", "\xa1\x61\x61\xf9\x3c"}) {
    CanonicalReader reader{as_bytes(bad)};
    EXPECT_FALSE(reader.skip_row());
    EXPECT_EQ(reader.is_cut(), std::string_view{bad}.ends_with('\x3c')) << reader.reason();
  }
}

TEST(CanonicalReader, SaysWhichItemInsideOfAValueIsRefused) {
  const std::string_view bytes = "\xa1\x61\x61\x82\x01\x82\x02\xf7";
  CanonicalReader reader{as_bytes(bytes)};
  EXPECT_FALSE(reader.skip_row());
  EXPECT_EQ(reader.offset(), 0U);
  EXPECT_EQ(reader.refused_at(), 7U);
  EXPECT_FALSE(reader.is_beyond_limit());
}

TEST(CanonicalReader, LimitsAreToldFromWhatIsNotCanonical) {
  ByteBuffer deep;
  for (int i = 0; i <= kDepthMax; ++i) {
    put_list(deep, 1);
  }
  put_null(deep);
  CanonicalReader reader{deep.view()};
  EXPECT_FALSE(reader.skip());
  EXPECT_TRUE(reader.is_beyond_limit());
  EXPECT_TRUE(reader.is_too_deep());
  EXPECT_EQ(reader.refused_at(), static_cast<std::size_t>(kDepthMax));
}

TEST(CanonicalReader, MayBeBoundedToLessDepth) {
  ByteBuffer out;
  put_list(out, 1);
  put_list(out, 1);
  put_list(out, 0);
  CanonicalReader three{out.view(), 3};
  EXPECT_TRUE(three.skip());
  CanonicalReader two{out.view(), 2};
  EXPECT_FALSE(two.skip());
  EXPECT_TRUE(two.is_too_deep());
  EXPECT_EQ(two.refused_at(), 2U);
}

TEST(CanonicalReader, ARowIsReadColumnByColumn) {
  ByteBuffer row;
  put_map(row, 2);
  put_text(row, "b");
  put_list(row, 1);
  put_null(row);
  put_text(row, "aa");
  put_int(row, 1000);
  ByteBuffer rows;
  rows.append(row.view());
  rows.append(row.view());
  CanonicalReader reader{rows.view()};
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(reader.read_row(), 2U);
    const auto first = reader.read_column();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->name, "b");
    EXPECT_EQ(to_hex(first->value), "81f6");
    const auto second = reader.read_column();
    ASSERT_TRUE(second) << reader.reason();
    EXPECT_EQ(second->name, "aa");
    EXPECT_EQ(to_hex(second->value), "1903e8");
  }
  EXPECT_TRUE(reader.at_end());
}

TEST(CanonicalReader, GivesTheBytesOfEachItem) {
  ByteBuffer out;
  put_list(out, 2);
  put_text(out, "ab");
  put_int(out, 1000);
  CanonicalReader reader{out.view()};
  EXPECT_EQ(to_hex(reader.read()->raw), "82");
  const auto text = reader.read();
  EXPECT_EQ(to_hex(text->raw), "626162");
  EXPECT_EQ(as_text(text->bytes), "ab");
  EXPECT_EQ(to_hex(reader.read()->raw), "1903e8");
}

TEST(CanonicalReader, GivesIntegersPast64BitsAsMagnitudes) {
  ByteBuffer out;
  put_uint(out, 1ULL << 63U);
  CanonicalReader reader{out.view()};
  const auto item = reader.read();
  ASSERT_TRUE(item);
  EXPECT_EQ(item->kind, Item::Kind::big_integer);
  EXPECT_FALSE(item->negative);
  EXPECT_EQ(to_hex(item->bytes), "8000000000000000");
}

// A scalar may lie in 64 lists; a list counts itself, so that not even an empty one may.
TEST(CanonicalReader, CountsDepthAsTheFormatDoes) {
  for (int lists = kDepthMax - 1; lists <= kDepthMax + 1; ++lists) {
    ByteBuffer around_scalar;
    for (int i = 0; i < lists; ++i) {
      put_list(around_scalar, 1);
    }
    ByteBuffer innermost_empty;
    innermost_empty.append(around_scalar.view().first(around_scalar.size() - 1));
    put_list(innermost_empty, 0);
    put_null(around_scalar);
    CanonicalReader first{around_scalar.view()};
    EXPECT_EQ(first.skip().has_value(), lists <= kDepthMax);
    CanonicalReader second{innermost_empty.view()};
    EXPECT_EQ(second.skip().has_value(), lists <= kDepthMax);
  }
}

}  // namespace
}  // namespace rowprint::hashing
