#include "cli/push_conditions.hpp"

#include <gtest/gtest.h>

namespace rowprint::cli {
namespace {

TEST(PushConditions, ATagIsTakenWithAndWithoutItsQuotes) {
  EXPECT_EQ(if_match_header("*"), "*");
  EXPECT_EQ(if_match_header("3-rp1s:ab"), "\"3-rp1s:ab\"");
  EXPECT_EQ(if_match_header("\"3-rp1s:ab.state\""), "\"3-rp1s:ab.state\"");
}

TEST(PushConditions, WhatWouldBeAnotherHeaderIsRefused) {
  for (const char* text : {"", "\"", "\"\"", "a b", "a\"", "a\r\nX: y", "\"a\", \"b\"", "W/\"a\"", "ä"}) {
    EXPECT_FALSE(if_match_header(text)) << text;
  }
}

TEST(PushConditions, AKeyIsAStringOfRfc8941) {
  EXPECT_EQ(idempotency_key_header("8e03978e-40d5"), "\"8e03978e-40d5\"");
  EXPECT_EQ(idempotency_key_header("a \"b\" \\c"), "\"a \\\"b\\\" \\\\c\"");
  EXPECT_EQ(idempotency_key_header(std::string(255, 'k')), '"' + std::string(255, 'k') + '"');
  for (const std::string& key : {std::string{}, std::string(256, 'k'), std::string{"a\nb"}, std::string{"ä"}}) {
    EXPECT_FALSE(idempotency_key_header(key)) << key;
  }
}

}  // namespace
}  // namespace rowprint::cli
