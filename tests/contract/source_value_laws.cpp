#include "tests/contract/source_contract.hpp"
#include "tests/support/effort.hpp"

#include <algorithm>
#include <limits>

namespace rowprint::test {
namespace {

bool is_listed(const ContractedSource& source, const ValueCase& value) {
  const auto cannot = source.cannot_express();
  return std::ranges::find(cannot, value.name) != cannot.end();
}

/// A row for every case that the kind can express, in the column of its type, and a row of nulls.
struct Table {
  Schema schema;
  std::vector<Row> rows;
};
Table table_for(const ContractedSource& source) {
  Table table;
  for (const ValueCase& one : value_cases()) {
    if (!is_listed(source, one)) {
      const std::string name = "a " + std::string{to_string(one.type)};
      if (table.schema.find(name) == nullptr) {
        table.schema.columns.push_back({name, one.type});
      }
      table.rows.push_back({{name, one.value}});
    }
  }
  table.rows.push_back({});
  return table;
}

TEST_P(SourceContract, WhatItCannotExpressIsExactlyWhatItLists) {
  std::vector<std::string> cannot;
  for (const ValueCase& one : value_cases()) {
    if (!contracted().expresses(one.value, one.type)) {
      cannot.emplace_back(one.name);
    }
  }
  auto listed = contracted().cannot_express();
  std::ranges::sort(listed);
  std::ranges::sort(cannot);
  EXPECT_EQ(cannot, listed);
}

TEST_P(SourceContract, EveryValueItExpressesHasItsFingerprint) {
  for (const ValueCase& one : value_cases()) {
    if (is_listed(contracted(), one)) {
      continue;
    }
    SCOPED_TRACE(one.name);
    const Schema schema{{{"v", one.type}}};
    const std::vector<Row> rows{{{"v", one.value}}};
    const auto source = contracted().open(schema, rows, {});
    EXPECT_EQ(identify(*source), identity_of(schema, rows));
  }
}

TEST_P(SourceContract, AllItsValuesTogetherHaveTheFingerprintOfTheirRows) {
  const Table table = table_for(contracted());
  const auto source = contracted().open(table.schema, table.rows, {});
  EXPECT_EQ(identify(*source), identity_of(table.schema, table.rows));
}

/// The same rows from every kind there is. The fingerprints are those that tests/vectors/rp1.py computes, so that
/// nothing can change for all at once.
TEST_P(SourceContract, OneTableHasOneFingerprint) {
  const Schema schema{{{"b", Type::boolean},
                       {"i", Type::integer},
                       {"f", Type::floating},
                       {"n", Type::decimal},
                       {"t", Type::text},
                       {"x", Type::bytes},
                       {"d", Type::date},
                       {"h", Type::time},
                       {"s", Type::timestamp},
                       {"z", Type::timestamptz},
                       {"u", Type::uuid},
                       {"empty", Type::null}}};
  constexpr std::int64_t kRows = 5000;
  // From close to -2^63 to close to 2^63. One step more overflows, and the optimizer then makes this loop endless.
  constexpr std::int64_t kStep = 3'689'348'814'741'910;
  static_assert(kStep <= std::numeric_limits<std::int64_t>::max() / (kRows / 2));
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < kRows; ++i) {
    rows.push_back({{"b", {i % 2 == 0}},
                    {"i", {(i - kRows / 2) * kStep}},
                    {"f", {static_cast<double>(i) / 8}},
                    {"n", {Decimal{std::to_string(i * 7), -2}}},
                    {"t", {"row " + std::to_string(i) + " \xC3\xA9"}},
                    {"x", {Bytes{{static_cast<std::uint8_t>(i), 0}}}},
                    {"d", {Date{i}}},
                    {"h", {TimeOfDay{i, static_cast<std::uint32_t>(i) * 1000}}},
                    {"s", {Timestamp{i * 86'399, 0}}},
                    {"z", {TimestampTz{-i * 86'399, 500'000'000}}},
                    {"u", {Uuid{{static_cast<std::uint8_t>(i), 1, 2, 3}}}}});
    if (i % 5 == 0) {
      rows.back().erase(rows.back().begin() + i % 11);
    }
  }
  const auto source = contracted().open(schema, rows, {});
  const Identity identity = identify(*source);
  EXPECT_EQ(identity, identity_of(schema, rows));
  EXPECT_EQ(identity.sequence, "rp1s:514d0ba78d371d78048be1158f952e08894fa6fe19adf53aeb4b853a2e33cbb0");
  EXPECT_EQ(identity.multiset, "rp1m:f894f2fe7e0866a8bc615d98b58c7fc269e926a8d8194c087e06ad147dee354c");
}

TEST_P(SourceContract, RandomRowsHaveTheirFingerprint) {
  for (std::uint64_t number = 0; number < effort(60); ++number) {
    SCOPED_TRACE("case " + std::to_string(number));
    Random random{run_seed() + number};
    Schema schema;
    const std::uint64_t columns = 1 + random.below(6);
    while (schema.columns.size() < columns) {
      const auto type = static_cast<Type>(random.below(kTypes));
      if (contracted().expresses({Null{}}, type)) {
        schema.columns.push_back({"column " + std::to_string(schema.columns.size()), type});
      }
    }
    std::vector<Row> rows(random.below(60));
    for (Row& row : rows) {
      for (const Column& column : schema.columns) {
        Value value = random_value(random, column.type, random.chance(50));
        if (!random.chance(10) && contracted().expresses(value, column.type)) {
          row.emplace_back(column.name, std::move(value));
        }
      }
    }
    BatchBuilder::Limits limits;
    limits.batch_rows = 1 + random.below(40);
    const auto source = contracted().open(schema, rows, limits);
    ASSERT_EQ(identify(*source), identity_of(schema, rows));
  }
}

}  // namespace
}  // namespace rowprint::test
