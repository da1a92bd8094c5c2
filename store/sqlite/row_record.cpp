#include "store/sqlite/row_record.hpp"

#include "hashing/canonical.hpp"
#include "store/sqlite/varint.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace rowprint::sqlite {
namespace {

// Serial types.
constexpr std::uint8_t kNull = 0;
constexpr std::uint8_t kFloat = 7;
constexpr std::uint8_t kZero = 8;  // and 9 is one: neither has a body
constexpr std::uint64_t kBlob = 12;
constexpr std::uint64_t kText = 13;

constexpr std::size_t kNumberBytesMax = 8;

void write_big_endian(std::uint8_t* out, std::uint64_t value) {
  static_assert(std::endian::native == std::endian::little);
  value = __builtin_bswap64(value);
  std::memcpy(out, &value, sizeof(value));
}

/// The body; sets its type. Writes kNumberBytesMax, whatever it needs of them.
std::uint8_t* write_integer(std::uint8_t* out, std::uint8_t* type, std::int64_t value) {
  if (value == 0 || value == 1) {
    *type = static_cast<std::uint8_t>(kZero + value);
    return out;
  }
  // By the bits that a number in two's complement needs without its sign: 1, 2, 3, 4, 6 or 8 bytes.
  constexpr std::array<std::uint8_t, 9> kTypeOfBytes{1, 1, 2, 3, 4, 5, 5, 6, 6};
  constexpr std::array<std::uint8_t, 7> kBytesOfType{0, 1, 2, 3, 4, 6, 8};
  const int bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value ^ (value >> 63)))) + 1;
  *type = kTypeOfBytes[static_cast<std::size_t>(bits + 7) / 8];
  const unsigned bytes = kBytesOfType[*type];
  write_big_endian(out, static_cast<std::uint64_t>(value) << (64 - 8 * bytes));
  return out + bytes;
}

}  // namespace

hashing::ByteView RowRecord::of(std::span<const Cell> cells, std::uint64_t number) {
  const std::size_t columns = std::max<std::size_t>(cells.size(), 1);
  // The types go right before the values once their size is known.
  const std::size_t head_bytes_max = kVarintBytesMax * (columns + 1);
  types_.clear();
  std::uint8_t* type = types_.grow(head_bytes_max);
  record_.clear();
  record_.commit(record_.grow(head_bytes_max) + head_bytes_max);
  *type = kNull;
  std::uint8_t* end = cells.empty() ? type + 1 : type;
  for (std::size_t ordinal = 0; ordinal < cells.size(); ++ordinal) {
    end = write_value(end, cells[ordinal], ordinal, number);
  }
  const auto types_bytes = static_cast<std::size_t>(end - type);
  // The size of the header counts itself.
  std::size_t head_bytes = types_bytes + 1;
  head_bytes += head_bytes >= 0x80 ? 1 : 0;
  std::uint8_t* const begin = record_.data() + head_bytes_max - head_bytes;
  std::memcpy(write_varint(begin, head_bytes), type, types_bytes);
  return record_.view().subspan(head_bytes_max - head_bytes);
}

/// Sets the type of a cell, appends its body, and gives where the next type goes.
std::uint8_t* RowRecord::write_value(std::uint8_t* type, const Cell& cell, std::size_t ordinal, std::uint64_t number) {
  switch (cell.kind()) {
    case Kind::null:
      *type = kNull;
      return type + 1;
    case Kind::integer:
      forms_.take_plain(ordinal, number);
      return write_number(type, cell.integer());
    case Kind::text:
      forms_.take_plain(ordinal, number);
      record_.append(cell.bytes());
      return write_varint(type, kText + 2 * std::uint64_t{cell.bytes().size()});
    case Kind::floating: {
      // SQLite knows no NaN.
      if (std::isnan(cell.floating())) {
        break;
      }
      forms_.take_plain(ordinal, number);
      *type = kFloat;
      std::uint8_t* const out = record_.grow(kNumberBytesMax);
      write_big_endian(out, std::bit_cast<std::uint64_t>(cell.floating()));
      record_.commit(out + kNumberBytesMax);
      return type + 1;
    }
    case Kind::bytes:
      if (!forms_.take_bytes(ordinal, number)) {
        break;
      }
      return write_blob(type, cell.bytes());
    case Kind::boolean:
      if (!forms_.take_boolean(ordinal, number)) {
        break;
      }
      return write_number(type, cell.boolean() ? 1 : 0);
    case Kind::big_integer:
    case Kind::decimal:
    case Kind::list:
    case Kind::map:
      forms_.take_other(ordinal, number);
      return write_blob(type, cell.bytes());
    case Kind::date:
    case Kind::time:
    case Kind::timestamp:
    case Kind::timestamptz:
    case Kind::uuid:
      break;
  }
  forms_.take_other(ordinal, number);
  const std::size_t before = record_.size();
  put_cell(record_, cell);
  return write_varint(type, kBlob + 2 * std::uint64_t{record_.size() - before});
}

std::uint8_t* RowRecord::write_number(std::uint8_t* type, std::int64_t value) {
  record_.commit(write_integer(record_.grow(kNumberBytesMax), type, value));
  return type + 1;
}

std::uint8_t* RowRecord::write_blob(std::uint8_t* type, hashing::ByteView bytes) {
  record_.append(bytes);
  return write_varint(type, kBlob + 2 * std::uint64_t{bytes.size()});
}

}  // namespace rowprint::sqlite
