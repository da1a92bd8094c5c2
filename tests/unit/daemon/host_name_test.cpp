#include "daemon/server/host_name.hpp"

#include <gtest/gtest.h>
#include <string>

namespace rowprint::daemon {
namespace {

TEST(HostName, NamesAndAddressesAreTaken) {
  for (const char* host :
       {"localhost", "a.b-c_d", "127.0.0.1", "127.0.0.1:8750", "h:0", "h:65535", "h:", "[::1]", "[::1]:8750",
        "[2001:db8::ffff:1.2.3.4]", "xn--bcher-kva.example", "%41b", "a!$&'()*+,;=~"}) {
    EXPECT_TRUE(is_host(host)) << host;
  }
}

TEST(HostName, WhatIsNoHostIsRefused) {
  for (const char* host :
       {"",           ":",         ":80",     "a b", "a/b",  "user@h", "h:8x",     "h:65536", "h:000080",
        "h:-1",       "h:+1",      "h:80:80", "::1", "[::1", "::1]",   "[]",       "[::1]x",  "[::1]80",
        "[::1%25lo]", "[1.2.3.4]", "[::1]:x", "%4",  "%zz",  "a\"b",   "\xc3\xa9", "a#b",     "a?"}) {
    EXPECT_FALSE(is_host(host)) << host;
  }
  EXPECT_FALSE(is_host(std::string{"a\0b", 3}));
  EXPECT_FALSE(is_host(std::string{"[::1\0]", 6}));
  EXPECT_FALSE(is_host("[" + std::string(100, ':') + "]"));
}

}  // namespace
}  // namespace rowprint::daemon
