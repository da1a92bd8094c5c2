#include "tests/contract/store_contract.hpp"

#include "ingest/fingerprint.hpp"
#include "tests/support/values.hpp"

#include <limits>

namespace rowprint::test {
namespace {

TEST_P(StoreContract, NoRowsReadBackAsNoRows) {
  const Content content = expect_round_trip({});
  EXPECT_EQ(content.rows, 0U);
  EXPECT_TRUE(content.schema.columns.empty());
}

TEST_P(StoreContract, NoRowsOfDeclaredColumnsKeepTheirSchema) {
  const Schema declared{{{"at", Type::timestamptz}, {"amount", Type::decimal}}};
  const Content content = expect_round_trip({}, declared);
  EXPECT_EQ(content.schema, declared);
}

TEST_P(StoreContract, RowsWithoutAnyColumnCount) {
  const Content content = expect_round_trip({{}, {}, {}});
  EXPECT_EQ(content.rows, 3U);
}

TEST_P(StoreContract, EmptyRowsAmongOthersKeepTheirPlace) {
  expect_round_trip({{}, {{"a", {std::int64_t{1}}}}, {}, {{"a", {std::int64_t{2}}}}, {}});
}

TEST_P(StoreContract, ColumnsOfNullsStayInTheSchema) {
  const Content content = expect_round_trip({{{"a", {Null{}}}}, {{"a", {Null{}}}, {"b", {true}}}});
  ASSERT_EQ(content.schema.columns.size(), 2U);
  EXPECT_EQ(content.schema.columns[0].type, Type::null);
}

TEST_P(StoreContract, EveryTypeReadsBackExactly) {
  Random random(run_seed());
  for (std::size_t i = 0; i < kTypes; ++i) {
    std::vector<Row> rows;
    for (int row = 0; row < 60; ++row) {
      rows.push_back({{"v", random_value(random, static_cast<Type>(i))}});
    }
    SCOPED_TRACE(to_string(static_cast<Type>(i)));
    expect_round_trip(rows);
  }
}

TEST_P(StoreContract, NumbersThatADatabaseMightBendReadBackExactly) {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<const char*, std::vector<Value>>> columns = {
      {"ints",
       {{kMin}, {kMax}, {std::int64_t{9007199254740993}}, {BigInteger{"18446744073709551616"}}, {std::int64_t{-1}}}},
      {"floats", {{-0.0}, {nan}, {kInfinity}, {-kInfinity}, {1.0}, {9223372036854775808.0}, {1e300}, {5e-324}}},
      {"float after int", {{std::int64_t{1}}, {1.5}, {std::int64_t{9007199254740992}}, {nan}}},
      {"any of numbers", {{std::int64_t{9007199254740993}}, {1.0}, {9223372036854775808.0}, {0.5}, {Decimal{"5", -1}}}},
      {"decimals", {{Decimal{"500", -2}}, {Decimal{"1", 30}}, {Decimal{"1", -16383}}, {Decimal{"-0", 4}}}},
  };
  for (const auto& [name, values] : columns) {
    std::vector<Row> rows;
    for (const Value& value : values) {
      rows.push_back({{name, value}});
    }
    SCOPED_TRACE(name);
    expect_round_trip(rows);
  }
}

TEST_P(StoreContract, TextIsNotTakenForANumberNorCut) {
  expect_round_trip({{{"t", text("0123")}},
                     {{"t", text("1e3")}},
                     {{"t", text("")}},
                     {{"t", text({"a\0b", 3})}},
                     {{"t", text("e\xCC\x81")}},
                     {{"t", text("\xC3\xA9")}},
                     {{"t", text("NULL")}}});
}

TEST_P(StoreContract, EmptyBytesAreNotNullAndNotText) {
  const Content content = expect_round_trip({{{"b", {Bytes{}}}}, {{"b", {Null{}}}}, {{"b", {Bytes{{0, 255}}}}}});
  EXPECT_EQ(content.schema.columns.at(0).type, Type::bytes);
}

TEST_P(StoreContract, ATrueIsNotAOne) {
  expect_round_trip({{{"v", {true}}, {"w", {std::int64_t{1}}}}, {{"v", {false}}, {"w", {std::int64_t{0}}}}});
  expect_round_trip({{{"v", {true}}}, {{"v", {std::int64_t{1}}}}, {{"v", text("1")}}, {{"v", {1.0}}}});
}

TEST_P(StoreContract, ColumnsThatBeginLateReadBackAtTheirRow) {
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < 40; ++i) {
    Row row{{"id", {i}}};
    if (i >= 20) {
      row.emplace_back("late", text("x"));
    }
    if (i == 39) {
      row.emplace_back("last", Value{List{{{std::int64_t{1}}, {Null{}}}}});
    }
    rows.push_back(std::move(row));
  }
  expect_round_trip(rows);
}

TEST_P(StoreContract, AColumnThatChangesItsTypeHalfWayReadsBackExactly) {
  Random random(run_seed() + 1);
  for (const Type first : {Type::integer, Type::boolean, Type::text, Type::floating, Type::bytes, Type::uuid}) {
    for (const Type second : {Type::floating, Type::text, Type::boolean, Type::decimal, Type::map}) {
      std::vector<Row> rows;
      for (int row = 0; row < 12; ++row) {
        rows.push_back({{"v", random_value(random, row < 9 ? first : second)}});
      }
      SCOPED_TRACE(std::string{to_string(first)} + " then " + std::string{to_string(second)});
      expect_round_trip(rows);
    }
  }
}

TEST_P(StoreContract, NamesThatCollideInADatabaseStayApart) {
  Row row;
  std::int64_t number = 0;
  for (const char* name :
       {"a", "A", "c0", "c1", "rowid", "oid", "_rowid_", "a\"b", "a'b", "a]b", "select", " ", "\xC3\x84", "\xC3\xA4"}) {
    row.emplace_back(name, Value{++number});
  }
  expect_round_trip({row, row});
}

TEST_P(StoreContract, ManyRowsKeepTheirOrder) {
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < 9000; ++i) {
    rows.push_back({{"id", {(i * 7919) % 9000}}, {"t", text("row " + std::to_string(i % 10))}});
  }
  expect_round_trip(rows);
}

TEST_P(StoreContract, LargeValuesReadBackExactly) {
  const std::string large(700'000, 'x');
  expect_round_trip({{{"t", text(large)}}, {{"t", text("small")}}, {{"t", text(large + "y")}}});
}

TEST_P(StoreContract, ManyColumnsReadBackExactly) {
  Row row;
  for (std::int64_t i = 0; i < 999; ++i) {
    row.emplace_back("column " + std::to_string(i), Value{i});
  }
  expect_round_trip({row, row, {{"column 500", text("only this")}}});
}

TEST_P(StoreContract, RandomRowsReadBackExactly) {
  for (std::uint64_t i = 0; i < 150; ++i) {
    Random random(run_seed() + i);
    const auto rows = random_rows(random);
    SCOPED_TRACE("case " + std::to_string(i));
    expect_round_trip(rows);
    if (HasFailure()) {
      return;
    }
  }
}

}  // namespace
}  // namespace rowprint::test
