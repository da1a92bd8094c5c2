#include "ingest/model/schema.hpp"

#include <gtest/gtest.h>

namespace rowprint {
namespace {

TEST(Schema, DeclarationReadsBackAsWritten) {
  const Schema schema{{{"id", Type::integer},
                       {"a b", Type::text},
                       {" padded ", Type::floating},
                       {"a,b=c", Type::decimal},
                       {"quote\"back\\slash", Type::any},
                       {"line\nbreak", Type::uuid},
                       {"größe", Type::list}}};
  const auto parsed = parse_schema(format_schema(schema));
  ASSERT_TRUE(parsed) << parsed.error().text();
  EXPECT_EQ(*parsed, schema);
}

TEST(Schema, DeclarationTakesJsonEscapes) {
  const auto parsed = parse_schema(R"("\u00e9\ud83d\ude00\t\/" = text , b=int)");
  ASSERT_TRUE(parsed) << parsed.error().text();
  EXPECT_EQ(*parsed, (Schema{{{"é😀\t/", Type::text}, {"b", Type::integer}}}));
}

TEST(Schema, EmptyDeclarationDeclaresNothing) {
  const auto parsed = parse_schema("  ");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->columns.empty());
}

TEST(Schema, WrongDeclarationsAreRefused) {
  for (const char* text :
       {"a", "a=", "a=number", "a=int,", ",a=int", "a=int b=int", "a=int,a=text", "=int", "\"a=int", R"("\ud83d"=int)",
        R"("\ude00"=int)", R"("\x"=int)", R"("\u00g0"=int)", R"("\u0000"=int)", "\"\"=int", "\xff=int"}) {
    const auto parsed = parse_schema(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::bad_input) << text;
    EXPECT_FALSE(parsed.error().reason.empty()) << text;
  }
}

TEST(Schema, DigestIgnoresTheOrderOfColumnsAndNothingElse) {
  const Schema one{{{"a", Type::integer}, {"bb", Type::text}}};
  const Schema other_order{{{"bb", Type::text}, {"a", Type::integer}}};
  const Schema other_type{{{"a", Type::floating}, {"bb", Type::text}}};
  const Schema other_name{{{"A", Type::integer}, {"bb", Type::text}}};
  EXPECT_EQ(one.digest(), other_order.digest());
  EXPECT_NE(one.digest(), other_type.digest());
  EXPECT_NE(one.digest(), other_name.digest());
}

}  // namespace
}  // namespace rowprint
