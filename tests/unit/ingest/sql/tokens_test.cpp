#include "ingest/sql/tokens.hpp"

#include <gtest/gtest.h>
#include <string>

namespace rowprint::sql {
namespace {

/// The tokens with a bar between, and a question mark at the end where something is in doubt.
std::string taken_apart(std::string_view sql, Lexicon lexicon) {
  Tokenizer tokens{sql, lexicon};
  std::string text;
  while (const auto token = tokens.next()) {
    text += (text.empty() ? "" : "|") + std::string{token->text};
  }
  return text + (tokens.sound() ? "" : "?");
}

TEST(SqlTokens, QuotesHideWhatTheyHold) {
  EXPECT_EQ(taken_apart("a 'it''s -- (' b", kPostgresql), "a|'it''s -- ('|b");
  EXPECT_EQ(taken_apart(R"(E'\'(' x)", kPostgresql), R"(E'\'('|x)");
  EXPECT_EQ(taken_apart(R"('\' x)", kPostgresql), R"('\'|x)");
  EXPECT_EQ(taken_apart(R"(U&'\0061' U&"(" "a""(")", kPostgresql), R"(U&'\0061'|U&"("|"a""(")");
  EXPECT_EQ(taken_apart("[a(] `b(` x", kSqlite), "[a(]|`b(`|x");
  EXPECT_EQ(taken_apart("a[1]", kPostgresql), "a|[|1|]");
}

TEST(SqlTokens, DollarQuotesEndAtTheirOwnTag) {
  EXPECT_EQ(taken_apart("$$ ' ( $$ x", kPostgresql), "$$ ' ( $$|x");
  EXPECT_EQ(taken_apart("$a$ $b$ ( $$ $a$ x", kPostgresql), "$a$ $b$ ( $$ $a$|x");
  EXPECT_EQ(taken_apart("a$b$ $1", kPostgresql), "a$b$|$1");
  EXPECT_EQ(taken_apart("$a$ (", kPostgresql), "$a$ (?");
  EXPECT_EQ(taken_apart("$a $b", kSqlite), "$a|$b");
}

TEST(SqlTokens, StringWithEscapesGoesOnOnTheNextLine) {
  EXPECT_EQ(taken_apart("E'a' -- c\n '\\'(' x", kPostgresql), "E'a' -- c\n '\\'('|x");
  EXPECT_EQ(taken_apart("E'a' '\\' x", kPostgresql), "E'a'|'\\'|x");
}

TEST(SqlTokens, CommentsNestOnlyWhereTheyDo) {
  EXPECT_EQ(taken_apart("a /* ( /* ' */ ) */ b", kPostgresql), "a|b");
  EXPECT_EQ(taken_apart("a /* /* */ b */", kSqlite), "a|b|*|/");
  EXPECT_EQ(taken_apart("a -- ' (\nb", kSqlite), "a|b");
  EXPECT_EQ(taken_apart("a -- x\rb", kPostgresql), "a|b");
  EXPECT_EQ(taken_apart("a -- x\rb", kSqlite), "a");
}

TEST(SqlTokens, NumbersEndWhereWordsMayBegin) {
  EXPECT_EQ(taken_apart("1ORDER 1.5e-3x .5 1.ORDER 1e", kPostgresql), "1|ORDER|1.5e-3|x|.5|1.|ORDER|1|e");
}

TEST(SqlTokens, ColonsAreCastsPlaceholdersOrThemselves) {
  EXPECT_EQ(taken_apart("a::int :b1 : c a := 1 x:::y", kPostgresql), "a|::|int|:b1|:|c|a|:=|1|x|::|:y");
}

TEST(SqlTokens, WhatHasNoEndIsInDoubt) {
  for (const char* sql : {"'a", "\"a", "E'a\\'", "/* a", "(", ")", "a)(", "a[1", "$x$ a", "/*! a */"}) {
    EXPECT_EQ(taken_apart(sql, kPostgresql).back(), '?') << sql;
  }
  EXPECT_EQ(taken_apart("[a", kSqlite), "[a?");
  EXPECT_EQ(taken_apart("`a", kSqlite), "`a?");
}

TEST(SqlTokens, ParenthesesKnowHowDeepTheyAre) {
  Tokenizer tokens{"a(b(c)[d])e", kPostgresql};
  std::string depths;
  while (const auto token = tokens.next()) {
    depths += std::to_string(token->parentheses) + std::to_string(token->brackets) + " ";
  }
  EXPECT_EQ(depths, "00 10 10 20 20 10 11 11 10 00 00 ");
}

}  // namespace
}  // namespace rowprint::sql
