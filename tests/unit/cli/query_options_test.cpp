#include "cli/query_options.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace rowprint::cli {
namespace {

using sql::Parameter;
using test::TemporaryFolder;

TEST(QueryOptions, ParameterIsANameATypeAndAValue) {
  const std::pair<const char*, Parameter> cases[] = {
      {"n=5", {"n", std::nullopt, "5"}},
      {"n:int=5", {"n", Type::integer, "5"}},
      {"n=", {"n", std::nullopt, ""}},
      {"n:text=", {"n", Type::text, ""}},
      {"n=a=b:c", {"n", std::nullopt, "a=b:c"}},
      {"at:timestamptz=2026-11-22T12:00:00Z", {"at", Type::timestamptz, "2026-11-22T12:00:00Z"}},
      {"_n1", {"_n1", std::nullopt, std::nullopt}},
      {"n:uuid", {"n", Type::uuid, std::nullopt}},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = parse_parameter(text);
    ASSERT_TRUE(parsed) << text << parsed.error().reason;
    EXPECT_EQ(*parsed, expected) << text;
  }
}

TEST(QueryOptions, WhatIsNoParameterIsRefused) {
  for (const char* text :
       {"", "=5", ":int=5", "1=5", "a b=5", "a-b=5", "\xc3\xa9=5", "n:=5", "n:INT=5", "n:integer=5"}) {
    EXPECT_FALSE(parse_parameter(text)) << text;
  }
}

TEST(QueryOptions, QueryComesFromAFileWhereTheOptionSaysSo) {
  const TemporaryFolder folder;
  const std::string file = folder.file("query.sql");
  std::ofstream{file} << "SELECT 1\n-- é\n";
  QueryOptions options;
  options.query = "@" + file;
  EXPECT_EQ(resolve_query(options)->text, "SELECT 1\n-- é\n");
  options.query = "@" + file + "-not";
  EXPECT_FALSE(resolve_query(options));
  std::ofstream{file} << std::string((1U << 20U) + 1, ' ');
  options.query = "@" + file;
  EXPECT_FALSE(resolve_query(options));
  options.query = "SELECT '\xff'";
  EXPECT_FALSE(resolve_query(options));
}

TEST(QueryOptions, JsonHoldsWhatWasGivenAndNoMore) {
  QueryOptions options;
  options.source = "sales";
  options.query = "SELECT :n";
  EXPECT_EQ(query_json(options, *resolve_query(options)).dump(), R"({"source":"sales","query":"SELECT :n"})");
  options.parameters = {{"n", Type::integer, "5"}, {"m", std::nullopt, std::nullopt}};
  options.output.columns = {{"a,b", Type::decimal}};
  EXPECT_EQ(query_json(options, *resolve_query(options)).dump(),
            R"({"source":"sales","query":"SELECT :n","parameters":[{"name":"n","type":"int","value":"5"},)"
            R"({"name":"m","value":null}],"output":"\"a,b\"=decimal"})");
}

TEST(QueryOptions, UrlIsToldFromAName) {
  for (const char* url : {"postgresql://h/d", "sqlite:///f", "sqlite:f", "postgres:"}) {
    EXPECT_TRUE(is_database_url(url)) << url;
  }
  EXPECT_FALSE(is_database_url("sales.2026-x_1"));
}

TEST(QueryOptions, UrlsAreCutToTheirSchemes) {
  EXPECT_EQ(without_urls("got postgresql://u:secret@h/d?password=x and sqlite:///f"),
            "got postgresql://… and sqlite://…");
  EXPECT_EQ(without_urls("https://host is not spoken"), "https://host is not spoken");
  EXPECT_EQ(without_urls("nothing"), "nothing");
}

}  // namespace
}  // namespace rowprint::cli
