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

/// The double that was reduced to this integer; nothing for an integer that no double is.
std::optional<double> float_of_integer(const Item& item) {
  if (item.kind == Item::Kind::integer) {
    const auto value = static_cast<double>(item.integer);
    const bool is_exact = value < 0x1p63 && static_cast<std::int64_t>(value) == item.integer;
    return is_exact ? std::optional{value} : std::nullopt;
  }
  if (item.negative || item.bytes.size() > sizeof(std::uint64_t)) {
    return std::nullopt;
  }
  std::uint64_t magnitude = 0;
  for (const std::uint8_t byte : item.bytes) {
    magnitude = magnitude << 8U | byte;
  }
  const auto value = static_cast<double>(magnitude);
  const bool is_exact = value < 0x1p64 && static_cast<std::uint64_t>(value) == magnitude;
  return is_exact ? std::optional{value} : std::nullopt;
}

/// What a decimal is reduced to: an integer in [-2^63, 2^64-1], NaN or an infinity.
bool is_reduced_decimal(const Item& item) {
  switch (item.kind) {
    case Item::Kind::integer:
      return true;
    case Item::Kind::big_integer:
      return !item.negative && item.bytes.size() <= sizeof(std::uint64_t);
    case Item::Kind::floating:
      return !std::isfinite(item.floating);
    default:
      return false;
  }
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
  const bool is_integer = item->kind == Item::Kind::integer || item->kind == Item::Kind::big_integer;
  if (type == Type::floating && is_integer) {
    const auto value = float_of_integer(*item);
    return value ? std::optional{Cell::floating(*value)} : std::nullopt;
  }
  if (type == Type::decimal && is_reduced_decimal(*item)) {
    return Cell::canonical(Kind::decimal, encoded);
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
