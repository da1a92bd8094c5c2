#include "hashing/sha512.hpp"

#include "hashing/digest.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rowprint::hashing {
namespace {

std::string hex(std::string_view text) {
  Sha512 hash;
  hash.update(as_bytes(text));
  return to_hex(hash.finish());
}

TEST(Sha512, AgreesWithFips180) {
  EXPECT_EQ(hex(""),
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
            "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e");
  EXPECT_EQ(hex("abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Sha512, DoesNotDependOnHowTheBytesCome) {
  const std::string text(1000, 'x');
  Sha512 hash;
  for (const char byte : text) {
    hash.update(as_bytes({&byte, 1}));
  }
  EXPECT_EQ(to_hex(hash.finish()), hex(text));
}

}  // namespace
}  // namespace rowprint::hashing
