#include "hashing/utf8.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace rowprint::hashing {
namespace {

std::string encode(std::uint32_t code) {
  const auto tail = [code](unsigned shift) { return static_cast<char>(0x80U | (code >> shift & 0x3fU)); };
  if (code < 0x80) {
    return {static_cast<char>(code)};
  }
  if (code < 0x800) {
    return {static_cast<char>(0xc0U | code >> 6U), tail(0)};
  }
  if (code < 0x1'0000) {
    return {static_cast<char>(0xe0U | code >> 12U), tail(6), tail(0)};
  }
  return {static_cast<char>(0xf0U | code >> 18U), tail(12), tail(6), tail(0)};
}

TEST(Utf8, EveryCodePointButSurrogatesIsValid) {
  for (std::uint32_t code = 0; code <= 0x11'0000; ++code) {
    const bool is_scalar = (code < 0xd800 || code > 0xdfff) && code <= 0x10'ffff;
    ASSERT_EQ(is_utf8(encode(code)), is_scalar) << std::hex << code;
  }
}

// Two bytes are valid if each is ASCII, or if they are the encoding of one code point from U+0080 to U+07FF.
TEST(Utf8, OfTwoBytesNothingElseIsValid) {
  for (std::uint32_t first = 0; first < 256; ++first) {
    for (std::uint32_t second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      const std::uint32_t code = (first & 0x1fU) << 6U | (second & 0x3fU);
      const bool is_pair = first >= 0x80 && code >= 0x80 && encode(code) == text;
      ASSERT_EQ(is_utf8(text), (first < 0x80 && second < 0x80) || is_pair) << first << ' ' << second;
    }
  }
}

TEST(Utf8, WhatIsWrongIsFoundAnywhere) {
  for (std::size_t size = 1; size < 40; ++size) {
    const std::string text(size, 'a');
    EXPECT_TRUE(is_utf8(text));
    for (std::size_t at = 0; at < size; ++at) {
      std::string broken = text;
      broken[at] = '\xff';
      ASSERT_FALSE(is_utf8(broken)) << size << ' ' << at;
    }
  }
}

TEST(Utf8, ACutSequenceIsNotValid) {
  const std::string euro = "\u20ac";
  const std::string smile = "\U0001f600";
  EXPECT_FALSE(is_utf8(euro.substr(0, 2)));
  EXPECT_FALSE(is_utf8(smile.substr(0, 3)));
  EXPECT_FALSE(is_utf8(smile.substr(0, 3) + "aaaaaaaa"));
  EXPECT_TRUE(is_utf8("aaaaaaaa" + smile + euro + "aaaaaaaa"));
}

}  // namespace
}  // namespace rowprint::hashing
