#include "store/sqlite/row_record.hpp"

#include "store/sqlite/content_format.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/varint.hpp"

#include <gtest/gtest.h>

#include <sqlite3.h>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace rowprint::sqlite {
namespace {

std::string hex(hashing::ByteView bytes) {
  return hashing::to_hex(bytes);
}

void bind(Statement& statement, int parameter, const Cell& cell) {
  switch (cell.kind()) {
    case Kind::null:
      return statement.bind_null(parameter);
    case Kind::floating:
      sqlite3_bind_double(statement.handle(), parameter, cell.floating());
      return;
    case Kind::text:
      return statement.bind(parameter, cell.text());
    case Kind::bytes:
      return statement.bind(parameter, cell.bytes());
    default:
      return statement.bind(parameter, cell.integer());
  }
}

/// The record that SQLite itself makes: the last bytes of the page that holds the only row.
std::string by_sqlite(const std::vector<Cell>& cells, std::size_t record_bytes) {
  auto database = Database::in_memory();
  EXPECT_TRUE(database->execute("PRAGMA page_size=16384; " + create_rows_table(cells.size())));
  std::string sql = "INSERT INTO rowprint_rows VALUES (?";
  for (std::size_t index = 1; index < cells.size(); ++index) {
    sql += ", ?";
  }
  {
    auto insert = database->prepare(sql + ")");
    EXPECT_TRUE(insert) << insert.error().text();
    for (std::size_t index = 0; index < cells.size(); ++index) {
      bind(*insert, static_cast<int>(index) + 1, cells[index]);
    }
    EXPECT_TRUE(insert->run());
  }
  const auto image = database->image();
  EXPECT_TRUE(image);
  // Before it: how long it is, and the rowid.
  std::array<std::uint8_t, kVarintBytesMax + 1> head{};
  std::uint8_t* const end = write_varint(head.data(), record_bytes);
  *end = 1;
  const auto head_bytes = static_cast<std::size_t>(end + 1 - head.data());
  const hashing::ByteView cell = image->view().last(head_bytes + record_bytes);
  EXPECT_EQ(hex(cell.first(head_bytes)), hex(hashing::ByteView{head}.first(head_bytes)));
  return hex(cell.subspan(head_bytes));
}

void expect_as_sqlite(const std::vector<Cell>& cells) {
  RowRecord record;
  record.widen(cells.size());
  const hashing::ByteView bytes = record.of(cells, 1);
  EXPECT_EQ(hex(bytes), by_sqlite(cells, bytes.size()));
}

TEST(RowRecord, OfIntegersIsWhatSqliteMakesOfThem) {
  std::vector<Cell> cells;
  for (int bit = 0; bit < 63; ++bit) {
    const std::int64_t power = std::int64_t{1} << bit;
    for (const std::int64_t value : {power - 1, power, power + 1, -power - 1, -power, -power + 1}) {
      cells.push_back(Cell::integer(value));
    }
  }
  cells.push_back(Cell::integer(std::numeric_limits<std::int64_t>::max()));
  cells.push_back(Cell::integer(std::numeric_limits<std::int64_t>::min()));
  expect_as_sqlite(cells);
}

TEST(RowRecord, OfFloatsAndNullsIsWhatSqliteMakesOfThem) {
  std::vector<Cell> cells{Cell{}};
  for (const double value : {0.0, -0.0, 1.0, 1.5, -1e300, 5e-324, 9007199254740993.0, 1e19}) {
    cells.push_back(Cell::floating(value));
  }
  cells.push_back(Cell::floating(std::numeric_limits<double>::infinity()));
  cells.push_back(Cell{});
  expect_as_sqlite(cells);
}

TEST(RowRecord, OfTextsAndBytesOfAnyLengthIsWhatSqliteMakesOfThem) {
  // Where the type takes one byte more.
  const std::string letters(10'000, 'x');
  for (const std::size_t size : {0U, 1U, 56U, 57U, 58U, 59U, 8184U, 8185U, 8186U, 8187U, 10'000U}) {
    const std::string_view text = std::string_view{letters}.substr(0, size);
    expect_as_sqlite({Cell::text(text), Cell::integer(7)});
    expect_as_sqlite({Cell::integer(7), Cell::bytes(hashing::as_bytes(text))});
  }
}

TEST(RowRecord, OfAnyNumberOfColumnsIsWhatSqliteMakesOfIt) {
  // Where the size of the header takes one byte more.
  for (const std::size_t columns : {1U, 125U, 126U, 127U, 128U, 129U, 1000U}) {
    expect_as_sqlite(std::vector<Cell>(columns, Cell::integer(300)));
  }
}

TEST(RowRecord, OfNoCellsIsOneNull) {
  RowRecord record;
  record.widen(1);
  EXPECT_EQ(hex(record.of({}, 1)), "0200");
}

TEST(RowRecord, WhatSqliteHasNoTypeForIsABlob) {
  RowRecord record;
  record.widen(1);
  const Cell nan = Cell::floating(std::nan(""));
  EXPECT_EQ(hex(record.of({&nan, 1}, 1)), "0212f97e00");
  const Cell day = Cell::date(3);
  EXPECT_EQ(hex(record.of({&day, 1}, 2)), "0212d86403");
  ASSERT_EQ(record.forms().changes().size(), 1U);
  EXPECT_EQ(record.forms().changes().front().form, Form::tagged);
}

TEST(Varint, IsSevenBitsAByteAndEightInTheNinth) {
  const auto written = [](std::uint64_t value) {
    std::array<std::uint8_t, kVarintBytesMax> out{};
    const auto size = static_cast<std::size_t>(write_varint(out.data(), value) - out.data());
    return hex(hashing::ByteView{out}.first(size));
  };
  EXPECT_EQ(written(0), "00");
  EXPECT_EQ(written(0x7f), "7f");
  EXPECT_EQ(written(0x80), "8100");
  EXPECT_EQ(written(0x3fff), "ff7f");
  EXPECT_EQ(written(0x4000), "818000");
  EXPECT_EQ(written(0x1fffff), "ffff7f");
  EXPECT_EQ(written(0x200000), "81808000");
  EXPECT_EQ(written(0x00ff'ffff'ffff'ffff), "ffffffffffffff7f");
  EXPECT_EQ(written(0x0100'0000'0000'0000), "80c080808080808000");
  EXPECT_EQ(written(~0ULL), "ffffffffffffffffff");
}

}  // namespace
}  // namespace rowprint::sqlite
