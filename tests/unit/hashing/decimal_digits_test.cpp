#include "hashing/decimal_digits.hpp"

#include "hashing/canonical.hpp"
#include "hashing/canonical_reader.hpp"
#include "tests/unit/hashing/random_encoding.hpp"

#include <gtest/gtest.h>

namespace rowprint::hashing {
namespace {

std::string without_leading_zeros(std::string digits) {
  const bool negative = digits.starts_with('-');
  digits.erase(0, negative ? 1 : 0);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) {
    return "0";
  }
  return negative ? "-" + digits : digits;
}

std::string read_back(std::string_view digits) {
  ByteBuffer out;
  EXPECT_EQ(put_integer_digits(out, digits), Refusal::none);
  CanonicalReader reader{out.view()};
  const auto item = reader.read();
  EXPECT_TRUE(item) << reader.reason();
  if (!item) {
    return "";
  }
  return item->kind == Item::Kind::integer ? std::to_string(item->integer)
                                           : integer_digits(item->negative, item->bytes);
}

TEST(IntegerDigits, AreReadBackExactly) {
  const std::uint64_t seed = test::run_seed();
  test::Random random{seed};
  for (int i = 0; i < 3000; ++i) {
    const std::string digits = random_digits(random, i % 50 == 0 ? 2000 : 60);
    ASSERT_EQ(read_back(digits), without_leading_zeros(digits)) << "seed " << seed;
  }
}

TEST(IntegerDigits, AreReadBackAroundEveryPowerOfTwo) {
  std::string power = "1";
  for (int bits = 0; bits < 300; ++bits) {
    for (const std::string sign : {"", "-"}) {
      ASSERT_EQ(read_back(sign + power), sign + power);
    }
    int carry = 0;
    for (auto digit = power.rbegin(); digit != power.rend(); ++digit) {
      const int doubled = (*digit - '0') * 2 + carry;
      *digit = static_cast<char>('0' + doubled % 10);
      carry = doubled / 10;
    }
    power.insert(0, static_cast<std::size_t>(carry), '1');
  }
}

TEST(IntegerDigits, AreReadBackAroundEveryPowerOfTen) {
  for (std::size_t zeros = 1; zeros < 120; ++zeros) {
    for (const std::string sign : {"", "-"}) {
      const std::string power = sign + "1" + std::string(zeros, '0');
      const std::string below = sign + std::string(zeros, '9');
      ASSERT_EQ(read_back(power), power);
      ASSERT_EQ(read_back(below), below);
    }
  }
}

TEST(IntegerDigits, HoldToTheLimitExactly) {
  ByteBuffer largest;
  ASSERT_EQ(put_integer_digits(largest, std::string(kDigitsMax, '9')), Refusal::none);
  ByteBuffer least;
  ASSERT_EQ(put_integer_digits(least, "-" + std::string(kDigitsMax, '9')), Refusal::none);
  for (ByteBuffer* encoding : {&largest, &least}) {
    CanonicalReader reader{encoding->view()};
    EXPECT_TRUE(reader.skip()) << reader.reason();
    // One more on the magnitude is 10^kDigitsMax, in either sign.
    std::uint8_t* last = encoding->data() + encoding->size() - 1;
    while (++*last == 0) {
      --last;
    }
    CanonicalReader beyond{encoding->view()};
    EXPECT_FALSE(beyond.skip());
  }
  ByteBuffer out;
  EXPECT_EQ(put_integer_digits(out, "1" + std::string(kDigitsMax, '0')), Refusal::too_many_digits);
  EXPECT_EQ(put_integer_digits(out, std::string(kDigitsMax, '0') + "1"), Refusal::none);
}

}  // namespace
}  // namespace rowprint::hashing
