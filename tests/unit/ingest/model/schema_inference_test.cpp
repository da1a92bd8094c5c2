#include "ingest/model/schema.hpp"
#include "ingest/model/value.hpp"

#include <gtest/gtest.h>

namespace rowprint {
namespace {

constexpr std::int64_t kExact = std::int64_t{1} << 53;

/// The type that one column ends with after these values, one batch each.
Type inferred(const std::vector<Value>& values) {
  SchemaInference inference;
  BatchBuilder builder;
  for (const Value& value : values) {
    const std::uint32_t ordinal = *builder.column("x");
    builder.begin_row();
    builder.set(ordinal, *to_cell(value, builder));
    builder.end_row();
    Batch batch = builder.take();
    EXPECT_TRUE(batch.encode(1U << 20U));
    EXPECT_TRUE(inference.observe(batch));
  }
  return inference.schema().columns.at(0).type;
}

TEST(SchemaInference, NullIsBelowEveryType) {
  EXPECT_EQ(inferred({{Null{}}}), Type::null);
  EXPECT_EQ(inferred({{Null{}}, {true}, {Null{}}}), Type::boolean);
  EXPECT_EQ(inferred({{std::string{"a"}}, {Null{}}}), Type::text);
  EXPECT_EQ(inferred({{Null{}}, {List{}}}), Type::list);
}

TEST(SchemaInference, IntWidensToFloatOnlyWhileExact) {
  EXPECT_EQ(inferred({{std::int64_t{1}}, {0.5}}), Type::floating);
  EXPECT_EQ(inferred({{0.5}, {kExact}, {-kExact}}), Type::floating);
  EXPECT_EQ(inferred({{0.5}, {kExact + 1}}), Type::any);
  EXPECT_EQ(inferred({{-kExact - 1}, {0.5}}), Type::any);
  EXPECT_EQ(inferred({{0.5}, {BigInteger{"99999999999999999999"}}}), Type::any);
  EXPECT_EQ(inferred({{std::int64_t{1}}, {BigInteger{"99999999999999999999"}}}), Type::integer);
}

TEST(SchemaInference, EveryOtherMixIsAny) {
  EXPECT_EQ(inferred({{true}, {std::int64_t{1}}}), Type::any);
  EXPECT_EQ(inferred({{std::string{"1"}}, {std::int64_t{1}}}), Type::any);
  EXPECT_EQ(inferred({{Decimal{"1", 0}}, {std::int64_t{1}}}), Type::any);
  EXPECT_EQ(inferred({{Decimal{"5", -1}}, {0.5}}), Type::any);
  EXPECT_EQ(inferred({{Timestamp{}}, {TimestampTz{}}}), Type::any);
  EXPECT_EQ(inferred({{List{}}, {Map{}}}), Type::any);
}

TEST(SchemaInference, DeclaredColumnsStandFirstAndStay) {
  const SchemaInference inference{Schema{{{"a", Type::decimal}}}};
  EXPECT_EQ(inference.schema(), (Schema{{{"a", Type::decimal}}}));
}

TEST(SchemaInference, AStateThatIsNoneIsRefused) {
  SchemaInference inference{Schema{{{"a", Type::decimal}, {"b", Type::any}}}};
  const std::string state = inference.export_state();
  const auto imported = SchemaInference::import_state(state);
  ASSERT_TRUE(imported) << imported.error().text();
  EXPECT_EQ(imported->schema(), inference.schema());
  EXPECT_EQ(imported->export_state(), state);
  EXPECT_TRUE(SchemaInference::import_state(SchemaInference{}.export_state()));
  for (std::size_t size = 0; size < state.size(); ++size) {
    EXPECT_FALSE(SchemaInference::import_state(state.substr(0, size))) << size;
  }
  EXPECT_FALSE(SchemaInference::import_state(state + '\0'));
  // No type of that name, a column twice, kinds beyond 32 bits.
  EXPECT_FALSE(
      SchemaInference::import_state("\x81\x83\x61"
                                    "a\x61"
                                    "a\x00"));
  EXPECT_FALSE(
      SchemaInference::import_state("\x82\x83\x61"
                                    "a\xf6\x01\x83\x61"
                                    "a\xf6\x01"));
  EXPECT_FALSE(
      SchemaInference::import_state(std::string_view{"\x81\x83\x61"
                                                     "a\xf6\x1b\0\0\0\x01\0\0\0\0",
                                                     14}));
}

TEST(SchemaInference, DeclaredColumnRefusesAnotherType) {
  SchemaInference inference{Schema{{{"x", Type::floating}}}};
  BatchBuilder builder;
  const std::uint32_t ordinal = *builder.column("x");
  builder.begin_row();
  builder.set(ordinal, Cell::integer(1));
  builder.end_row();
  Batch batch = builder.take();
  ASSERT_TRUE(batch.encode(1U << 20U));
  const auto observed = inference.observe(batch);
  ASSERT_FALSE(observed);
  EXPECT_EQ(observed.error().code, ErrorCode::unsupported_value);
  EXPECT_EQ(observed.error().column, "x");
}

}  // namespace
}  // namespace rowprint
