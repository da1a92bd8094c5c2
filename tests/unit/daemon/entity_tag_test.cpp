#include "daemon/routes/entity_tag.hpp"

#include <gtest/gtest.h>

namespace rowprint::daemon {
namespace {

using Demand = Precondition::Demand;
using Pairs = std::vector<std::pair<std::string, std::string>>;

Request with(Pairs headers) {
  Request request;
  request.headers = std::move(headers);
  return request;
}

Version version_of(std::uint64_t number, std::uint8_t seed) {
  Version version;
  version.number = number;
  version.fingerprint.digest.fill(seed);
  return version;
}

std::string named(std::uint64_t number, std::uint8_t seed) {
  return std::to_string(number) + "-" + version_of(number, seed).fingerprint.text();
}

VersionTag tag(std::uint64_t number, std::uint8_t seed) {
  return {number, version_of(number, seed).fingerprint};
}

TEST(EntityTag, IsTheVersionAndTheStateOfItsRepresentation) {
  const Version version = version_of(3, 1);
  EXPECT_EQ(entity_tag(version, "cbor"), "\"" + named(3, 1) + ".cbor\"");
  EXPECT_EQ(entity_tag_of_body(version, "a"), entity_tag_of_body(version, "a"));
  EXPECT_NE(entity_tag_of_body(version, "a"), entity_tag_of_body(version, "b"));
  EXPECT_NE(entity_tag_of_body(version, "a"), entity_tag_of_body(version_of(4, 1), "a"));
}

TEST(EntityTag, WithoutAConditionNothingIsDemanded) {
  EXPECT_EQ(parse_precondition(with({}))->demand, Demand::nothing);
}

TEST(EntityTag, StarsDemandAVersionOrNone) {
  EXPECT_EQ(parse_precondition(with({{"if-match", " * "}}))->demand, Demand::some_version);
  EXPECT_EQ(parse_precondition(with({{"if-none-match", "*"}}))->demand, Demand::no_version);
}

TEST(EntityTag, EveryTagOfEveryLineIsTaken) {
  const std::string own = "\"" + named(3, 1) + "\"";
  const std::string with_state = "\"" + named(4, 2) + ".0123\"";
  for (const Pairs& headers : {Pairs{{"if-match", own + " , ," + with_state}},
                               Pairs{{"if-match", own}, {"host", "h"}, {"if-match", with_state}}}) {
    const auto parsed = parse_precondition(with(headers));
    ASSERT_TRUE(parsed) << parsed.error().text();
    EXPECT_EQ(parsed->demand, Demand::latest_among_tags);
    EXPECT_EQ(parsed->tags, (std::vector{tag(3, 1), tag(4, 2)}));
  }
}

TEST(EntityTag, ATagThatIsNotOursIsThatOfNoVersion) {
  const std::string name = named(3, 1);
  for (const std::string& other :
       {"W/\"" + name + "\"", std::string{"\"\""}, std::string{"\"3\""}, "\"x" + name + "\"", "\"+" + name + "\"",
        "\"" + name + "0\"", std::string{"\"3-rp1s:12\""}, "\"-" + name + "\""}) {
    const auto parsed = parse_precondition(with({{"if-match", other}}));
    ASSERT_TRUE(parsed) << other << ": " << parsed.error().text();
    EXPECT_EQ(parsed->demand, Demand::latest_among_tags);
    EXPECT_TRUE(parsed->tags.empty()) << other;
  }
}

TEST(EntityTag, WhatIsNoConditionIsRefused) {
  for (const char* value :
       {"", " ", ",", "3", "\"3", "\"3\" \"4\"", "\"3\"x", "*, \"3\"", "\"3\", *", "\"a b\"", "w/\"3\""}) {
    EXPECT_FALSE(parse_precondition(with({{"if-match", value}}))) << value;
  }
  EXPECT_FALSE(parse_precondition(with({{"if-none-match", "\"3\""}})));
  EXPECT_FALSE(parse_precondition(with({{"if-match", "*"}, {"if-none-match", "*"}})));
}

TEST(EntityTag, ARepresentationThatIsKnownIsNotModified) {
  const std::string current = entity_tag(version_of(3, 1), "state");
  for (const std::string& known : {current, "W/" + current, "\"other\", " + current, std::string{"*"}}) {
    EXPECT_TRUE(is_not_modified(with({{"if-none-match", known}}), current)) << known;
  }
  for (const std::string& other : {entity_tag(version_of(3, 1), "later"), entity_tag(version_of(4, 1), "state"),
                                   "\"" + named(3, 1) + "\"", current.substr(1), std::string{}}) {
    EXPECT_FALSE(is_not_modified(with({{"if-none-match", other}}), current)) << other;
  }
  EXPECT_FALSE(is_not_modified(with({}), current));
}

TEST(IdempotencyKey, IsAStringInQuotes) {
  EXPECT_EQ(parse_idempotency_key(with({})), "");
  EXPECT_EQ(parse_idempotency_key(with({{"idempotency-key", " \"8e03978e-40d5\" "}})), "8e03978e-40d5");
  EXPECT_EQ(parse_idempotency_key(with({{"idempotency-key", R"("a \"b\" \\c")"}})), R"(a "b" \c)");
  const std::string longest(255, 'k');
  EXPECT_EQ(parse_idempotency_key(with({{"idempotency-key", '"' + longest + '"'}})), longest);
}

TEST(IdempotencyKey, AnythingElseIsRefused) {
  for (const std::string& value :
       {std::string{}, std::string{"key"}, std::string{"\"key"}, std::string{"\"\""}, std::string{"\""},
        std::string{"\"a\"b\""}, std::string{R"("a\")"}, std::string{R"("a\b")"}, std::string{"\"a\tb\""},
        std::string{"\"ä\""}, std::string{"\"a\"; p=1"}, '"' + std::string(256, 'k') + '"'}) {
    EXPECT_FALSE(parse_idempotency_key(with({{"idempotency-key", value}}))) << value;
  }
  EXPECT_FALSE(parse_idempotency_key(with({{"idempotency-key", "\"a\""}, {"idempotency-key", "\"b\""}})));
}

}  // namespace
}  // namespace rowprint::daemon
