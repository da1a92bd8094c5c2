#include "ingest/sql/placeholders.hpp"

#include <gtest/gtest.h>

namespace rowprint::sql {
namespace {

Parameter parameter(std::string name) {
  return {std::move(name), std::nullopt, "1"};
}

/// The text, and the names in the order of their numbers; or the reason.
std::string numbered(std::string_view query, std::vector<Parameter> parameters) {
  const auto result = number_placeholders(query, parameters);
  if (!result) {
    EXPECT_EQ(result.error().code, ErrorCode::bad_input);
    return result.error().reason;
  }
  std::string text = result->text;
  for (const Parameter& one : result->parameters) {
    text += " " + one.name;
  }
  return text;
}

TEST(Placeholders, AreNumberedInTheOrderOfTheirFirstUse) {
  EXPECT_EQ(numbered("SELECT :b, :a, :b", {parameter("a"), parameter("b")}), "SELECT $1, $2, $1 b a");
  EXPECT_EQ(numbered("SELECT 1", {}), "SELECT 1");
}

TEST(Placeholders, CastsAndQuotesAreNone) {
  EXPECT_EQ(numbered("SELECT :a::int, ':a', \":a\", $$:a$$ -- :a\n/* :a */", {parameter("a")}),
            "SELECT $1::int, ':a', \":a\", $$:a$$ -- :a\n/* :a */ a");
  EXPECT_EQ(numbered("SELECT f(x := 1)", {}), "SELECT f(x := 1)");
}

TEST(Placeholders, SlicesKeepTheirColons) {
  EXPECT_EQ(numbered("SELECT a[1:2], a[1:n], a[:n]", {}), "SELECT a[1:2], a[1:n], a[:n]");
  EXPECT_EQ(numbered("SELECT a[1:n], a[1 + :n], a[:n], a[:m], a[(SELECT :n)]", {parameter("n")}),
            "SELECT a[1:n], a[1 + $1], a[$1], a[:m], a[(SELECT $1)] n");
  EXPECT_EQ(numbered("SELECT ARRAY[:a, :b]", {parameter("b")}), "the query asks for :a, which has no value");
  EXPECT_EQ(numbered("SELECT a[1, :b]", {}), "the query asks for :b, which has no value");
}

TEST(Placeholders, NameWithoutValueIsRefusedByName) {
  EXPECT_EQ(numbered("SELECT :a, :missing", {parameter("a")}), "the query asks for :missing, which has no value");
}

TEST(Placeholders, ValueThatIsNeverUsedIsRefusedByName) {
  EXPECT_EQ(numbered("SELECT ':a'", {parameter("a")}), "the query does not use the parameter a");
  EXPECT_EQ(numbered("SELECT :a", {parameter("a"), parameter("a")}), "the parameter a is given twice");
}

TEST(Placeholders, PositionsAreRefused) {
  EXPECT_EQ(numbered("SELECT $1", {}), "parameters have names: write :name instead of $1");
}

}  // namespace
}  // namespace rowprint::sql
