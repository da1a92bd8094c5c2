#include "tests/unit/ingest/sql/random_sql.hpp"

#include "ingest/sql/order.hpp"
#include "ingest/sql/placeholders.hpp"
#include "ingest/sql/tokens.hpp"

#include <gtest/gtest.h>

namespace rowprint::sql {
namespace {

constexpr int kCases = 5000;

TEST(RandomSql, OrderIsFoundWhereItWasPutAndNowhereElse) {
  test::Random random{test::run_seed()};
  for (int i = 0; i < kCases; ++i) {
    const RandomSql sql = random_sql(random);
    // What is a dollar quote in one tongue is none in another, and may leave parentheses open there: then it is in
    // doubt.
    Tokenizer elsewhere{sql.text, kSqlite};
    while (elsewhere.next()) {
    }
    if (sql.ordered || elsewhere.sound()) {
      ASSERT_EQ(order_of(sql.text), sql.ordered ? Order::sequence : Order::set) << sql.text;
    }
  }
}

TEST(RandomSql, PlaceholdersAreNumberedAndNothingElseChanges) {
  test::Random random{test::run_seed() + 1};
  for (int i = 0; i < kCases; ++i) {
    const RandomSql sql = random_sql(random);
    std::vector<Parameter> parameters;
    for (const std::string& name : sql.placeholders) {
      parameters.insert(parameters.begin(), Parameter{name, std::nullopt, "1"});
    }
    const auto numbered = number_placeholders(sql.text, parameters);
    ASSERT_TRUE(numbered) << sql.text << "\n" << numbered.error().reason;
    ASSERT_EQ(numbered->text, sql.numbered);
    std::vector<std::string> names;
    for (const Parameter& one : numbered->parameters) {
      names.push_back(one.name);
    }
    ASSERT_EQ(names, sql.placeholders);
  }
}

TEST(RandomSql, AnyBytesAreTakenApartWithoutOverlap) {
  test::Random random{test::run_seed() + 2};
  constexpr std::string_view kBytes =
      "'\"$`[]()/*-!\\:=;aE1.e+ \n\r\0x"
      "\xc3";
  for (int i = 0; i < kCases; ++i) {
    std::string text;
    for (std::uint64_t size = random.below(40); size > 0; --size) {
      text += random.pick(kBytes);
    }
    for (const Lexicon& lexicon : {kPostgresql, kSqlite}) {
      Tokenizer tokens{text, lexicon};
      std::size_t end = 0;
      while (const auto token = tokens.next()) {
        ASSERT_GE(token->offset, end);
        ASSERT_FALSE(token->text.empty());
        end = token->offset + token->text.size();
        ASSERT_LE(end, text.size());
      }
    }
    order_of(text);
    static_cast<void>(number_placeholders(text, {}));
  }
}

}  // namespace
}  // namespace rowprint::sql
