#include "daemon/server/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rowprint::daemon {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Target, EscapesAreDecodedOnce) {
  EXPECT_EQ(percent_decode("a%20b%2Fc%2f%C3%A9"), "a b/c/\xc3\xa9");
  EXPECT_EQ(percent_decode("%2525"), "%25");
  EXPECT_EQ(percent_decode(std::string_view{"a%00b"}), (std::string{"a\0b", 3}));
}

TEST(Target, EscapesThatAreNoneAreRefused) {
  for (const char* text : {"%", "%2", "%zz", "a%2", "%%20", "% 20", "%+1"}) {
    EXPECT_FALSE(percent_decode(text)) << text;
  }
}

TEST(Target, SegmentsAreSplitBeforeTheyAreDecoded) {
  Request request;
  ASSERT_TRUE(parse_target("/v1/datasets/a%2Fb/versions?order=set&schema=a%3Dint%2Cb=text", request));
  EXPECT_THAT(request.path, ElementsAre("v1", "datasets", "a/b", "versions"));
  EXPECT_THAT(request.query, ElementsAre(Pair("order", "set"), Pair("schema", "a=int,b=text")));
}

TEST(Target, EmptySegmentsStay) {
  Request request;
  ASSERT_TRUE(parse_target("//a/", request));
  EXPECT_THAT(request.path, ElementsAre("", "a", ""));
}

TEST(Target, PlusIsASpaceInParametersOnly) {
  Request request;
  ASSERT_TRUE(parse_target("/a+b?c+d=e+f%2B", request));
  EXPECT_THAT(request.path, ElementsAre("a+b"));
  EXPECT_THAT(request.query, ElementsAre(Pair("c d", "e f+")));
}

TEST(Target, ParametersMayBeEmptyOrWithoutValue) {
  Request request;
  ASSERT_TRUE(parse_target("/?a&&b=&=c&", request));
  EXPECT_THAT(request.query, ElementsAre(Pair("a", ""), Pair("b", ""), Pair("", "c")));
  EXPECT_EQ(request.parameter("b"), "");
  EXPECT_EQ(request.parameter("d"), std::nullopt);
}

TEST(Target, WhatIsNoAbsolutePathIsRefused) {
  for (const char* text : {"", "*", "a", "http://x/", "?a=b", "/%", "/?a=%", "/?%=a"}) {
    Request request;
    EXPECT_FALSE(parse_target(text, request)) << text;
  }
}

}  // namespace
}  // namespace rowprint::daemon
