#include "ingest/model/cell.hpp"

#include <cmath>

namespace rowprint {
namespace {

using hashing::Item;

Cell cell_of(const Item& item, hashing::ByteView encoded) {
  switch (item.kind) {
    case Item::Kind::null:
      return {};
    case Item::Kind::boolean:
      return Cell::boolean(item.boolean);
    case Item::Kind::integer:
      return Cell::integer(item.integer);
    case Item::Kind::big_integer:
      return Cell::canonical(Kind::big_integer, encoded);
    case Item::Kind::floating:
      return Cell::floating(item.floating);
    case Item::Kind::decimal:
      return Cell::canonical(Kind::decimal, encoded);
    case Item::Kind::text:
      return Cell::text(hashing::as_text(item.bytes));
    case Item::Kind::bytes:
      return Cell::bytes(item.bytes);
    case Item::Kind::date:
      return Cell::date(item.integer);
    case Item::Kind::time:
      return Cell::time(item.integer, item.nanoseconds);
    case Item::Kind::timestamp:
      return Cell::timestamp(item.integer, item.nanoseconds);
    case Item::Kind::timestamptz:
      return Cell::timestamptz(item.integer, item.nanoseconds);
    case Item::Kind::uuid:
      return Cell::uuid(item.bytes.data());
    case Item::Kind::list:
      return Cell::canonical(Kind::list, encoded);
    case Item::Kind::map:
      return Cell::canonical(Kind::map, encoded);
  }
  return {};
}

bool is_number_without_fraction_or_not_finite(Kind kind, const Item& item) {
  return kind == Kind::integer || kind == Kind::big_integer ||
         (kind == Kind::floating && !std::isfinite(item.floating));
}

/// Of a float that was reduced to an integer past 2^63: the encoder writes one up to 2^64-1, so the double is exact.
double value_of_magnitude(hashing::ByteView magnitude) {
  double value = 0;
  for (const std::uint8_t byte : magnitude) {
    value = value * 256 + byte;
  }
  return value;
}

bool takes(Type type, Kind kind) {
  switch (type) {
    case Type::any:
      return true;
    case Type::null:
      return kind == Kind::null;
    case Type::boolean:
      return kind == Kind::boolean;
    case Type::integer:
      return kind == Kind::integer || kind == Kind::big_integer;
    case Type::floating:
      return kind == Kind::floating;
    case Type::decimal:
      return kind == Kind::decimal;
    case Type::text:
      return kind == Kind::text;
    case Type::bytes:
      return kind == Kind::bytes;
    case Type::date:
      return kind == Kind::date;
    case Type::time:
      return kind == Kind::time;
    case Type::timestamp:
      return kind == Kind::timestamp;
    case Type::timestamptz:
      return kind == Kind::timestamptz;
    case Type::uuid:
      return kind == Kind::uuid;
    case Type::list:
      return kind == Kind::list;
    case Type::map:
      return kind == Kind::map;
  }
  return false;
}

}  // namespace

bool is_of_type(Kind kind, Type type) {
  return kind == Kind::null || takes(type, kind);
}

std::optional<Cell> cell_from_canonical(hashing::ByteView encoded, Type type) {
  hashing::CanonicalReader reader{encoded};
  const std::optional<Item> item = reader.read();
  if (!item) {
    return std::nullopt;
  }
  Cell cell = cell_of(*item, encoded);
  if (type == Type::floating && item->kind == Item::Kind::big_integer && !item->negative) {
    cell = Cell::floating(value_of_magnitude(item->bytes));
  }
  if (type == Type::decimal && is_number_without_fraction_or_not_finite(cell.kind(), *item)) {
    cell = Cell::canonical(Kind::decimal, encoded);
  }
  cell = as_column_type(cell, type);
  return is_of_type(cell.kind(), type) ? std::optional{cell} : std::nullopt;
}

Cell as_column_type(const Cell& cell, Type type) {
  if (type == Type::floating && cell.kind() == Kind::integer) {
    return Cell::floating(static_cast<double>(cell.integer()));
  }
  if (type == Type::any && cell.kind() == Kind::floating) {
    constexpr double kEnd = 9223372036854775808.0;
    const double value = cell.floating();
    if (value >= -kEnd && value < kEnd && std::trunc(value) == value) {
      return Cell::integer(static_cast<std::int64_t>(value));
    }
  }
  return cell;
}

}  // namespace rowprint
