#include "connectors/http/json_rows.hpp"

#include "hashing/canonical_reader.hpp"
#include "tests/support/random_rows.hpp"
#include "tests/unit/connectors/http/decoding.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

namespace rowprint::test {
namespace {

using Rows = std::vector<Row>;

constexpr Type kAllTypes[] = {Type::null,        Type::boolean, Type::integer, Type::floating, Type::decimal,
                              Type::text,        Type::bytes,   Type::date,    Type::time,     Type::timestamp,
                              Type::timestamptz, Type::uuid,    Type::list,    Type::map,      Type::any};

/// What a content is to its fingerprint: its canonical rows one after the other, and its schema's digest.
struct Content {
  std::string rows;
  hashing::Digest schema;
  bool operator==(const Content&) const = default;
};

struct Read {
  std::vector<Batch> batches;
  Schema schema;
  Content content;
};

Read read(Source& source) {
  Read out;
  SchemaInference inference{source.declared()};
  for (;;) {
    auto batch = wait(decoding_pool(), source.next());
    EXPECT_TRUE(batch) << batch.error().text();
    if (!batch || !*batch) {
      break;
    }
    EXPECT_TRUE(write_cbor_sequence(out.content.rows, **batch, 0, (*batch)->rows(), 1U << 20U));
    const auto observed = inference.observe(**batch);
    EXPECT_TRUE(observed) << observed.error().text();
    out.batches.push_back(std::move(**batch));
  }
  out.schema = inference.schema();
  out.content.schema = out.schema.digest();
  return out;
}

/// The rows as text, or why JSON has no form for them.
Result<std::string> to_json(const Read& rows) {
  JsonRows writer{rows.schema};
  std::string text;
  for (const Batch& batch : rows.batches) {
    if (auto written = writer.write(text, batch); !written) {
      return fail(written.error());
    }
  }
  return text;
}

std::string json_of(const Row& row, const std::string& schema) {
  RowsSource source{{row}, 1, schema_of(schema)};
  const auto text = to_json(read(source));
  EXPECT_TRUE(text) << text.error().text();
  return text.value_or("");
}

void expect_reads_back(const Read& given, const std::string& text) {
  NdjsonSource again{std::make_unique<TextStream>(text), given.schema};
  const Read got = read(again);
  ASSERT_EQ(got.content.rows, given.content.rows) << text;
  ASSERT_EQ(got.content.schema, given.content.schema) << format_schema(got.schema) << "\n"
                                                      << format_schema(given.schema);
}

}  // namespace

TEST(JsonRows, ReadingBackUnderTheSchemaGivesTheSameContent) {
  Random random{run_seed()};
  int said = 0;
  for (int round = 0; round < 300; ++round) {
    RowsSource source{random_rows(random)};
    const Read given = read(source);
    const auto text = to_json(given);
    if (!text) {
      ASSERT_EQ(text.error().code, ErrorCode::unsupported_value) << text.error().text();
      const auto* column = given.schema.find(text.error().column);
      ASSERT_NE(column, nullptr);
      ASSERT_TRUE(column->type == Type::any || column->type == Type::list || column->type == Type::map);
      continue;
    }
    ++said;
    ASSERT_NO_FATAL_FAILURE(expect_reads_back(given, *text));
  }
  EXPECT_GT(said, 20);
}

TEST(JsonRows, EveryTypeReadsBackUnderItsDeclaration) {
  Random random{run_seed()};
  for (int round = 0; round < 300; ++round) {
    Schema schema;
    for (std::size_t i = 0; i < std::size(kAllTypes); ++i) {
      schema.columns.push_back({"c" + std::to_string(i), kAllTypes[i]});
    }
    Rows rows(1 + random.below(5));
    for (Row& row : rows) {
      for (const rowprint::Column& column : schema.columns) {
        const bool json_only = column.type == Type::any || column.type == Type::list || column.type == Type::map;
        row.emplace_back(column.name, random.chance(20) ? Value{Null{}} : random_value(random, column.type, json_only));
      }
      random.shuffle(row);
    }
    RowsSource source{rows, 3, schema};
    const Read given = read(source);
    const auto text = to_json(given);
    ASSERT_TRUE(text) << text.error().text();
    ASSERT_NO_FATAL_FAILURE(expect_reads_back(given, *text));
  }
}

TEST(JsonRows, ColumnsComeInTheOrderOfTheSchemaNullsWrittenOut) {
  EXPECT_EQ(json_of({{"b", {std::int64_t{1}}}}, "c=text, b=int, a=null"), "{\"c\":null,\"b\":1,\"a\":null}\n");
}

TEST(JsonRows, RowsWithoutColumnsAreEmptyObjects) {
  EXPECT_EQ(json_of({}, ""), "{}\n");
}

TEST(JsonRows, EveryTypeHasItsForm) {
  using Limits = std::numeric_limits<double>;
  EXPECT_EQ(json_of({{"a", {1.0}}}, "a=float"), "{\"a\":1.0}\n");
  EXPECT_EQ(json_of({{"a", {1e300}}}, "a=float"), "{\"a\":1e+300}\n");
  EXPECT_EQ(json_of({{"a", {123456789012345680.0}}}, "a=float"), "{\"a\":123456789012345680.0}\n");
  EXPECT_EQ(json_of({{"a", {0.1}}}, "a=float"), "{\"a\":0.1}\n");
  EXPECT_EQ(json_of({{"a", {Limits::quiet_NaN()}}}, "a=float"), "{\"a\":\"NaN\"}\n");
  EXPECT_EQ(json_of({{"a", {Limits::infinity()}}}, "a=float"), "{\"a\":\"Infinity\"}\n");
  EXPECT_EQ(json_of({{"a", {-Limits::infinity()}}}, "a=float"), "{\"a\":\"-Infinity\"}\n");
  EXPECT_EQ(json_of({{"a", {BigInteger{"-18446744073709551617"}}}}, "a=int"), "{\"a\":-18446744073709551617}\n");
  EXPECT_EQ(json_of({{"a", {Decimal{"150", -2}}}}, "a=decimal"), "{\"a\":\"1.5\"}\n");
  EXPECT_EQ(json_of({{"a", {Decimal{"500", -2}}}}, "a=decimal"), "{\"a\":\"5\"}\n");
  EXPECT_EQ(json_of({{"a", {Bytes{{0, 255}}}}}, "a=bytes"), "{\"a\":\"AP8=\"}\n");
  EXPECT_EQ(json_of({{"a", {Date{-1}}}}, "a=date"), "{\"a\":\"1969-12-31\"}\n");
  EXPECT_EQ(json_of({{"a", {TimeOfDay{86'400, 0}}}}, "a=time"), "{\"a\":\"24:00:00\"}\n");
  EXPECT_EQ(json_of({{"a", {Timestamp{-1, 500'000'000}}}}, "a=timestamp"), "{\"a\":\"1969-12-31T23:59:59.5\"}\n");
  EXPECT_EQ(json_of({{"a", {TimestampTz{0, 1}}}}, "a=timestamptz"), "{\"a\":\"1970-01-01T00:00:00.000000001Z\"}\n");
  EXPECT_EQ(json_of({{"a", {Uuid{}}}}, "a=uuid"), "{\"a\":\"00000000-0000-0000-0000-000000000000\"}\n");
  EXPECT_EQ(json_of({{"a", {std::string{"\"\\/\b\f\n\r\t\x01\x7f\xc3\xa9"}}}}, "a=text"),
            "{\"a\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7f\xc3\xa9\"}\n");
  EXPECT_EQ(json_of({{"a", {Map{{{"b", {1.5}}, {"a\n", {List{{Value{Null{}}, {true}}}}}}}}}}, "a=map"),
            "{\"a\":{\"b\":1.5,\"a\\n\":[null,true]}}\n");
}

TEST(JsonRows, WhatJsonCannotSayNamesRowAndColumnAndLeavesTheRowsBefore) {
  using Limits = std::numeric_limits<double>;
  const std::vector<Value> values = {{Decimal{"15", -1}},  {Bytes{{1}}},        {Date{1}}, {TimeOfDay{1, 0}},
                                     {Timestamp{1, 0}},    {TimestampTz{1, 0}}, {Uuid{}},  {Limits::quiet_NaN()},
                                     {-Limits::infinity()}};
  for (const Value& value : values) {
    for (const Value& held : {value, Value{List{{value}}}, Value{Map{{{"k", value}}}}}) {
      RowsSource source{{{{"x", {std::int64_t{1}}}, {"v", {true}}}, {{"v", held}}}, 7, schema_of("x=int, v=any")};
      const Read rows = read(source);
      JsonRows writer{rows.schema};
      std::string out;
      const auto written = writer.write(out, rows.batches.at(0));
      ASSERT_FALSE(written);
      EXPECT_EQ(written.error().code, ErrorCode::unsupported_value);
      EXPECT_EQ(written.error().row, 2U);
      EXPECT_EQ(written.error().column, "v");
      EXPECT_EQ(out, "{\"x\":1,\"v\":true}\n");
      // As a CBOR sequence it reads all the same.
      hashing::CanonicalReader reader{hashing::as_bytes(rows.content.rows)};
      EXPECT_TRUE(reader.skip());
      EXPECT_TRUE(reader.skip());
      EXPECT_TRUE(reader.at_end());
    }
  }
}

TEST(JsonRows, ARangeOfRowsIsThatRange) {
  RowsSource source{{{{"a", {std::int64_t{1}}}}, {{"a", {std::int64_t{2}}}}, {{"a", {std::int64_t{3}}}}}, 7};
  Read rows = read(source);
  JsonRows writer{rows.schema};
  std::string text;
  ASSERT_TRUE(writer.write(text, rows.batches.at(0), 1, 2));
  EXPECT_EQ(text, "{\"a\":2}\n");
  std::string sequence;
  ASSERT_TRUE(write_cbor_sequence(sequence, rows.batches.at(0), 1, 3, 100));
  EXPECT_EQ(sequence, "\xa1\x61\x61\x02\xa1\x61\x61\x03");
  ASSERT_TRUE(write_cbor_sequence(sequence, rows.batches.at(0), 0, 0, 100));
  EXPECT_EQ(sequence.size(), 8U);
}

}  // namespace rowprint::test
