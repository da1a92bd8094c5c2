#include "cli/url.hpp"

#include <gtest/gtest.h>

namespace rowprint::cli {
namespace {

Url parsed_url(std::string_view text) {
  const auto url = parse_url(text);
  EXPECT_TRUE(url) << text;
  return url.value_or(Url{});
}

TEST(Url, HostPortAndPathAreTakenApart) {
  EXPECT_EQ(parsed_url("http://127.0.0.1:8750"), (Url{"127.0.0.1", "8750", ""}));
  EXPECT_EQ(parsed_url("http://rows.example:80/behind/a/proxy/"), (Url{"rows.example", "80", "/behind/a/proxy"}));
  EXPECT_EQ(parsed_url("http://[::1]:9000/"), (Url{"::1", "9000", ""}));
}

TEST(Url, WithoutAPortItIsTheDaemonsOwn) {
  EXPECT_EQ(parsed_url("http://rows.example").port, "8750");
  EXPECT_EQ(parsed_url("http://[::1]").port, "8750");
}

TEST(Url, AuthorityBracketsIpv6) {
  EXPECT_EQ(parsed_url("http://[::1]:9000").authority(), "[::1]:9000");
  EXPECT_EQ(parsed_url("http://localhost").authority(), "localhost:8750");
}

TEST(Url, HttpsIsRefusedByName) {
  const auto url = parse_url("https://rows.example");
  ASSERT_FALSE(url);
  EXPECT_NE(url.error().reason.find("https, which rowprint does not speak"), std::string::npos) << url.error().reason;
}

TEST(Url, WhatIsNoAddressIsRefused) {
  for (const std::string_view text :
       {"", "localhost:8750", "ftp://x", "http://", "http://:8750", "http://x:", "http://x:0", "http://x:65536",
        "http://x:80a", "http://[::1", "http://[::1]x", "http://user@x", "http://x/?q", "http://x/#f", "http://x y",
        "http://x/\r\nEvil: 1"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(Url, OnlyUnreservedCharactersAreLeftAsTheyAre) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a=int, \"é\"=text"), "a%3Dint%2C%20%22%C3%A9%22%3Dtext");
}

TEST(Url, ValueOfAQueryKeepsWhatASchemaIsFullOf) {
  EXPECT_EQ(encode_query_value("a=int, \"é+&#%\"=text"), "a=int,+%22%C3%A9%2B%26%23%25%22=text");
}

}  // namespace
}  // namespace rowprint::cli
