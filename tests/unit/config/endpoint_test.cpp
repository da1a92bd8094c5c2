#include "config/endpoint.hpp"

#include <gtest/gtest.h>

namespace rowprint::config {
namespace {

TEST(Endpoint, TextReadsBack) {
  for (const char* text : {"127.0.0.1:8750", "0.0.0.0:0", "[::1]:65535", "[::]:80"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(endpoint->text(), text);
  }
}

TEST(Endpoint, DefaultIsLoopback) {
  EXPECT_EQ(Endpoint{}.text(), "127.0.0.1:8750");
}

TEST(Endpoint, WhatIsNoAddressAndPortIsRefused) {
  for (const char* text : {"", "8750", "localhost:8750", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                           "::1:80", "[::1]", "[127.0.0.1]:80", "127.0.0.1:80x", "127.0.0.1:+80", ":80"}) {
    EXPECT_FALSE(parse_endpoint(text)) << text;
  }
}

}  // namespace
}  // namespace rowprint::config
