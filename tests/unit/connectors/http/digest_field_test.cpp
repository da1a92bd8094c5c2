#include "connectors/http/digest_field.hpp"

#include "hashing/sha256.hpp"

#include <gtest/gtest.h>

namespace rowprint {
namespace {

const std::string kBase64Of256 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0";
const std::string k256 = "sha-256=:" + kBase64Of256 + "=:";
const std::string k512 =
    "sha-512=:3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==:";

TEST(DigestField, KnownAlgorithmsAreTakenAndOthersLeftOut) {
  const auto abc = hashing::Sha256::of(hashing::as_bytes("abc"));
  EXPECT_EQ(parse_digest_field(k256)->sha256, abc);
  const auto both = parse_digest_field(" " + k512 + "\t, " + k256 + ",md5=:AAAA:,sha=:AA==:  ");
  ASSERT_TRUE(both) << both.error().reason;
  EXPECT_EQ(both->sha256, abc);
  EXPECT_EQ(hashing::to_hex(*both->sha512).substr(0, 16), "ddaf35a193617aba");
  EXPECT_TRUE(parse_digest_field("md5=:AAAA:, unixsum=::")->empty());
  EXPECT_TRUE(parse_digest_field("")->empty());
}

TEST(DigestField, PaddingMayBeLeftOutAndParametersArePassedOver) {
  EXPECT_EQ(parse_digest_field("sha-256=:" + kBase64Of256 + ":"), *parse_digest_field(k256));
  const std::string parameters = ";a;b=1;c=-1.5;d=\"x\\\"y\\\\\"; e=tok/en:;f=:AA==:;g=?1;*h=*";
  EXPECT_EQ(parse_digest_field(k256 + parameters + ", md5=:AAAA:" + parameters), *parse_digest_field(k256));
}

TEST(DigestField, WhatIsNoDictionaryOfByteSequencesIsRefused) {
  for (const std::string& value : {std::string{","},
                                   k256 + ",",
                                   k256 + ",," + k512,
                                   k256 + " " + k512,
                                   k256 + "x",
                                   std::string{"sha-256"},
                                   std::string{"sha-256="},
                                   std::string{"sha-256=abc"},
                                   std::string{"sha-256=:abc"},
                                   std::string{"sha-256=:a!c=:"},
                                   std::string{"SHA-256=:AAAA:"},
                                   std::string{"=:AAAA:"},
                                   std::string{"md5=1"},
                                   std::string{"md5=(:AAAA:)"},
                                   std::string{"md5=:A=AA:"},
                                   std::string{"md5=:=:"},
                                   k256 + ";",
                                   k256 + ";A",
                                   k256 + ";a=",
                                   k256 + ";a=\"x",
                                   k256 + ";a=\"\\x\"",
                                   k256 + ";a=?2",
                                   k256 + ";a=1.",
                                   k256 + ";a=1.2345",
                                   k256 + ";a=1234567890123456",
                                   k256 + ";a=-"}) {
    EXPECT_FALSE(parse_digest_field(value)) << value;
  }
}

TEST(DigestField, AlgorithmStandsOnceAndHasADigestOfItsLength) {
  EXPECT_FALSE(parse_digest_field(k256 + ", " + k256));
  EXPECT_FALSE(parse_digest_field("md5=:AAAA:, md5=:AAAA:"));
  EXPECT_FALSE(parse_digest_field("sha-256=:AAAA:"));
  EXPECT_FALSE(parse_digest_field("sha-512=:" + kBase64Of256 + "=:"));
  EXPECT_FALSE(parse_digest_field("sha-256=::"));
}

TEST(DigestField, FormattedItReadsBack) {
  const auto field = parse_digest_field(k256 + "," + k512);
  ASSERT_TRUE(field);
  EXPECT_EQ("sha-256=" + format_digest(*field->sha256), k256);
  EXPECT_EQ("sha-512=" + format_digest(*field->sha512), k512);
}

}  // namespace
}  // namespace rowprint
