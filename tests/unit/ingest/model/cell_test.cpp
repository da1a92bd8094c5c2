#include "ingest/model/cell.hpp"

#include "hashing/canonical.hpp"
#include "hashing/digest.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <string_view>

namespace rowprint {
namespace {

hashing::ByteBuffer encoded(const Cell& cell) {
  hashing::ByteBuffer out;
  put_cell(out, cell);
  return out;
}

TEST(Cell, IntegralFloatIsAFloatAgainInAFloatColumn) {
  const hashing::ByteBuffer bytes = encoded(Cell::floating(3.0));
  EXPECT_EQ(hashing::to_hex(bytes.view()), "03");
  const auto cell = cell_from_canonical(bytes.view(), Type::floating);
  ASSERT_TRUE(cell);
  EXPECT_EQ(cell->kind(), Kind::floating);
  EXPECT_EQ(cell->floating(), 3.0);
}

TEST(Cell, IntegralDecimalIsADecimalAgainInADecimalColumn) {
  hashing::ByteBuffer bytes;
  ASSERT_EQ(hashing::put_decimal(bytes, "500", -2), hashing::Refusal::none);
  const auto cell = cell_from_canonical(bytes.view(), Type::decimal);
  ASSERT_TRUE(cell);
  EXPECT_EQ(cell->kind(), Kind::decimal);
  EXPECT_EQ(hashing::to_hex(cell->bytes()), "05");
}

TEST(Cell, NumbersStayReducedInAnAnyColumn) {
  const auto cell = cell_from_canonical(encoded(Cell::floating(3.0)).view(), Type::any);
  ASSERT_TRUE(cell);
  EXPECT_EQ(cell->kind(), Kind::integer);
  EXPECT_EQ(as_column_type(Cell::floating(-0.0), Type::any).kind(), Kind::integer);
  EXPECT_EQ(as_column_type(Cell::floating(0.5), Type::any).kind(), Kind::floating);
  EXPECT_EQ(as_column_type(Cell::floating(std::numeric_limits<double>::infinity()), Type::any).kind(), Kind::floating);
}

TEST(Cell, ItemOfAnotherTypeIsNoValueOfTheColumn) {
  EXPECT_FALSE(cell_from_canonical(encoded(Cell::text("a")).view(), Type::integer));
  EXPECT_FALSE(cell_from_canonical(encoded(Cell::floating(0.5)).view(), Type::integer));
  EXPECT_FALSE(cell_from_canonical(encoded(Cell::boolean(true)).view(), Type::null));
  EXPECT_TRUE(cell_from_canonical(encoded(Cell{}).view(), Type::integer));
}

// Taken for the nearest one, two rows would come to one fingerprint.
TEST(Cell, IntegerThatNoDoubleIsIsNoValueOfAFloatColumn) {
  for (const std::int64_t value :
       {(std::int64_t{1} << 53U) + 1, -(std::int64_t{1} << 53U) - 1, std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_FALSE(cell_from_canonical(encoded(Cell::integer(value)).view(), Type::floating)) << value;
  }
  for (const double value : {9007199254740994.0, -0x1p63, 0x1p63, 18446744073709549568.0}) {
    const auto cell = cell_from_canonical(encoded(Cell::floating(value)).view(), Type::floating);
    ASSERT_TRUE(cell) << value;
    EXPECT_EQ(cell->floating(), value);
  }
  hashing::ByteBuffer beyond;
  hashing::put_uint(beyond, std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(cell_from_canonical(beyond.view(), Type::floating));
}

TEST(Cell, IntegerThatNoDecimalIsReducedToIsNoValueOfADecimalColumn) {
  hashing::ByteBuffer within;
  hashing::put_uint(within, std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(cell_from_canonical(within.view(), Type::decimal));
  EXPECT_TRUE(
      cell_from_canonical(encoded(Cell::integer(std::numeric_limits<std::int64_t>::min())).view(), Type::decimal));
  using namespace std::string_view_literals;
  for (const std::string_view bytes :
       {"\x3b\x80\x00\x00\x00\x00\x00\x00\x00"sv, "\xc2\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00"sv}) {
    EXPECT_FALSE(cell_from_canonical(hashing::as_bytes(bytes), Type::decimal));
    EXPECT_TRUE(cell_from_canonical(hashing::as_bytes(bytes), Type::integer));
  }
}

TEST(Cell, EncodingOfAnyColumnCellIsThatOfTheOriginal) {
  for (const double value :
       {0.0, -0.0, 1.0, -9223372036854775808.0, 9223372036854775808.0, 18446744073709549568.0, 1e300, 0.1}) {
    EXPECT_EQ(hashing::to_hex(encoded(as_column_type(Cell::floating(value), Type::any)).view()),
              hashing::to_hex(encoded(Cell::floating(value)).view()))
        << value;
  }
}

}  // namespace
}  // namespace rowprint
