#include "ingest/model/value.hpp"

#include "ingest/model/utf8.hpp"

#include <algorithm>

namespace rowprint {
namespace {

using hashing::ByteBuffer;
using hashing::Item;
using hashing::Refusal;

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

Result<void> check(Refusal refusal) {
  if (refusal == Refusal::none) {
    return {};
  }
  return fail(refused(refusal));
}

Result<void> check_utf8(std::string_view text) {
  if (is_valid_utf8(text)) {
    return {};
  }
  return fail(ErrorCode::bad_input, "text is not valid UTF-8");
}

Result<void> put_checked_text(ByteBuffer& out, std::string_view text) {
  if (auto checked = check_utf8(text); !checked) {
    return checked;
  }
  hashing::put_text(out, text);
  return {};
}

Result<void> check_depth(int depth) {
  if (depth < hashing::kDepthMax) {
    return {};
  }
  return fail(ErrorCode::limit_exceeded,
              "a value lies in more than " + std::to_string(hashing::kDepthMax) + " lists and maps");
}

Result<void> put_list_value(ByteBuffer& out, const List& list, int depth) {
  if (auto checked = check_depth(depth); !checked) {
    return checked;
  }
  hashing::put_list(out, list.items.size());
  for (const Value& item : list.items) {
    if (auto put = put_value(out, item, depth + 1); !put) {
      return put;
    }
  }
  return {};
}

Result<void> put_map_value(ByteBuffer& out, const Map& map, int depth) {
  if (auto checked = check_depth(depth); !checked) {
    return checked;
  }
  const std::size_t begin = out.size();
  std::vector<hashing::MapEntry> entries;
  entries.reserve(map.pairs.size());
  for (const auto& [key, value] : map.pairs) {
    hashing::MapEntry entry{out.size(), 0, 0};
    if (auto put = put_checked_text(out, key); !put) {
      return put;
    }
    entry.value_begin = out.size();
    if (auto put = put_value(out, value, depth + 1); !put) {
      return put;
    }
    entry.value_end = out.size();
    entries.push_back(entry);
  }
  return check(hashing::close_map(out, begin, entries));
}

/// A cell counts its bytes in 32 bits. No row limit reaches that far, but a length cut short would be other data.
constexpr std::size_t kCellBytesMax = 0xffff'ffff;

Result<void> check_cell_bytes(std::size_t bytes) {
  if (bytes <= kCellBytesMax) {
    return {};
  }
  return fail(ErrorCode::limit_exceeded, "a value of more than 4 GiB");
}

/// The cell of a value that travels as its canonical encoding.
Result<Cell> canonical_cell(Kind kind, const Value& value, BatchBuilder& builder) {
  ByteBuffer encoded;
  if (auto put = put_value(encoded, value); !put) {
    return fail(put.error());
  }
  hashing::CanonicalReader reader{encoded.view()};
  const auto item = reader.read();
  if (kind == Kind::big_integer && item && item->kind == Item::Kind::integer) {
    return Cell::integer(item->integer);
  }
  if (auto checked = check_cell_bytes(encoded.size()); !checked) {
    return fail(checked.error());
  }
  return Cell::canonical(kind, builder.keep(encoded.view()));
}

Result<Cell> checked_time(Cell cell) {
  ByteBuffer scratch;
  Refusal refusal = Refusal::none;
  if (cell.kind() == Kind::time) {
    refusal = hashing::put_time(scratch, cell.integer(), cell.nanoseconds());
  } else if (cell.kind() == Kind::timestamp) {
    refusal = hashing::put_timestamp(scratch, cell.integer(), cell.nanoseconds());
  } else {
    refusal = hashing::put_timestamptz(scratch, cell.integer(), cell.nanoseconds());
  }
  if (auto checked = check(refusal); !checked) {
    return fail(checked.error());
  }
  return cell;
}

Decimal decimal_of(const Item& item) {
  return {hashing::integer_digits(item.negative, item.bytes), item.integer};
}

/// Reads one value, nested ones included, off canonical bytes that are known to be well-formed.
Value read_value(hashing::CanonicalReader& reader) {
  const auto item = reader.read();
  if (!item) {
    return {};
  }
  switch (item->kind) {
    case Item::Kind::null:
      return {Null{}};
    case Item::Kind::boolean:
      return {item->boolean};
    case Item::Kind::integer:
      return {item->integer};
    case Item::Kind::big_integer:
      return {BigInteger{hashing::integer_digits(item->negative, item->bytes)}};
    case Item::Kind::floating:
      return {item->floating};
    case Item::Kind::decimal:
      return {decimal_of(*item)};
    case Item::Kind::text:
      return {std::string{hashing::as_text(item->bytes)}};
    case Item::Kind::bytes:
      return {Bytes{{item->bytes.begin(), item->bytes.end()}}};
    case Item::Kind::date:
      return {Date{item->integer}};
    case Item::Kind::time:
      return {TimeOfDay{item->integer, item->nanoseconds}};
    case Item::Kind::timestamp:
      return {Timestamp{item->integer, item->nanoseconds}};
    case Item::Kind::timestamptz:
      return {TimestampTz{item->integer, item->nanoseconds}};
    case Item::Kind::uuid: {
      Uuid uuid;
      std::ranges::copy(item->bytes, uuid.bytes.begin());
      return {uuid};
    }
    case Item::Kind::list: {
      List list;
      for (std::uint64_t index = 0; index < item->count; ++index) {
        list.items.push_back(read_value(reader));
      }
      return {std::move(list)};
    }
    case Item::Kind::map: {
      Map map;
      for (std::uint64_t index = 0; index < item->count; ++index) {
        const auto key = reader.read();
        std::string name{key ? hashing::as_text(key->bytes) : std::string_view{}};
        Value value = read_value(reader);
        map.pairs.emplace_back(std::move(name), std::move(value));
      }
      return {std::move(map)};
    }
  }
  return {};
}

/// A decimal keeps its kind although its encoding may be that of an integer, or of a float that is not finite.
Value decimal_value(hashing::ByteView encoded) {
  hashing::CanonicalReader reader{encoded};
  const auto item = reader.read();
  if (!item) {
    return {};
  }
  switch (item->kind) {
    case Item::Kind::integer:
      return {Decimal{std::to_string(item->integer), 0}};
    case Item::Kind::big_integer:
      return {Decimal{hashing::integer_digits(item->negative, item->bytes), 0}};
    case Item::Kind::decimal:
      return {decimal_of(*item)};
    case Item::Kind::floating:
      return {item->floating};
    default:
      return {};
  }
}

}  // namespace

// Out of line: a defaulted one that may be constexpr sends clang 16 round in circles.
bool Value::operator==(const Value& other) const {
  return held == other.held;
}
bool List::operator==(const List&) const = default;
bool Map::operator==(const Map&) const = default;

Error refused(Refusal refusal) {
  Error error;
  const bool limit = refusal == Refusal::too_many_digits || refusal == Refusal::exponent_out_of_range;
  error.code = limit ? ErrorCode::limit_exceeded : ErrorCode::bad_input;
  error.reason = hashing::describe(refusal);
  return error;
}

Result<void> put_value(ByteBuffer& out, const Value& value, int depth) {
  const auto done = [](auto&&...) -> Result<void> { return {}; };
  return std::visit(
      Overloaded{
          [&](const Null&) { return hashing::put_null(out), done(); },
          [&](bool held) { return hashing::put_bool(out, held), done(); },
          [&](std::int64_t held) { return hashing::put_int(out, held), done(); },
          [&](const BigInteger& held) { return check(hashing::put_integer_digits(out, held.digits)); },
          [&](double held) { return hashing::put_float(out, held), done(); },
          [&](const Decimal& held) { return check(hashing::put_decimal(out, held.digits, held.exponent)); },
          [&](const std::string& held) { return put_checked_text(out, held); },
          [&](const Bytes& held) { return hashing::put_bytes(out, held.bytes), done(); },
          [&](const Date& held) { return hashing::put_date(out, held.days), done(); },
          [&](const TimeOfDay& held) { return check(hashing::put_time(out, held.seconds, held.nanoseconds)); },
          [&](const Timestamp& held) { return check(hashing::put_timestamp(out, held.seconds, held.nanoseconds)); },
          [&](const TimestampTz& held) { return check(hashing::put_timestamptz(out, held.seconds, held.nanoseconds)); },
          [&](const Uuid& held) { return hashing::put_uuid(out, held.bytes), done(); },
          [&](const List& held) { return put_list_value(out, held, depth); },
          [&](const Map& held) { return put_map_value(out, held, depth); },
      },
      value.held);
}

Result<Cell> to_cell(const Value& value, BatchBuilder& builder) {
  return std::visit(
      Overloaded{
          [](const Null&) -> Result<Cell> { return Cell{}; },
          [](bool held) -> Result<Cell> { return Cell::boolean(held); },
          [](std::int64_t held) -> Result<Cell> { return Cell::integer(held); },
          [&](const BigInteger&) { return canonical_cell(Kind::big_integer, value, builder); },
          [](double held) -> Result<Cell> { return Cell::floating(held); },
          [&](const Decimal&) { return canonical_cell(Kind::decimal, value, builder); },
          [&](const std::string& held) -> Result<Cell> {
            if (auto checked = check_cell_bytes(held.size()); !checked) {
              return fail(checked.error());
            }
            if (auto checked = check_utf8(held); !checked) {
              return fail(checked.error());
            }
            return Cell::text(builder.keep(held));
          },
          [&](const Bytes& held) -> Result<Cell> {
            if (auto checked = check_cell_bytes(held.bytes.size()); !checked) {
              return fail(checked.error());
            }
            return Cell::bytes(builder.keep(hashing::ByteView{held.bytes}));
          },
          [](const Date& held) -> Result<Cell> { return Cell::date(held.days); },
          [](const TimeOfDay& held) { return checked_time(Cell::time(held.seconds, held.nanoseconds)); },
          [](const Timestamp& held) { return checked_time(Cell::timestamp(held.seconds, held.nanoseconds)); },
          [](const TimestampTz& held) { return checked_time(Cell::timestamptz(held.seconds, held.nanoseconds)); },
          [&](const Uuid& held) -> Result<Cell> {
            return Cell::uuid(builder.keep(hashing::ByteView{held.bytes}).data());
          },
          [&](const List&) { return canonical_cell(Kind::list, value, builder); },
          [&](const Map&) { return canonical_cell(Kind::map, value, builder); },
      },
      value.held);
}

Value to_value(const Cell& cell) {
  switch (cell.kind()) {
    case Kind::null:
      return {Null{}};
    case Kind::boolean:
      return {cell.boolean()};
    case Kind::integer:
      return {cell.integer()};
    case Kind::floating:
      return {cell.floating()};
    case Kind::text:
      return {std::string{cell.text()}};
    case Kind::bytes:
      return {Bytes{{cell.bytes().begin(), cell.bytes().end()}}};
    case Kind::date:
      return {Date{cell.integer()}};
    case Kind::time:
      return {TimeOfDay{cell.integer(), cell.nanoseconds()}};
    case Kind::timestamp:
      return {Timestamp{cell.integer(), cell.nanoseconds()}};
    case Kind::timestamptz:
      return {TimestampTz{cell.integer(), cell.nanoseconds()}};
    case Kind::uuid: {
      Uuid uuid;
      std::ranges::copy(cell.bytes(), uuid.bytes.begin());
      return {uuid};
    }
    case Kind::decimal:
      return decimal_value(cell.bytes());
    case Kind::big_integer:
    case Kind::list:
    case Kind::map: {
      hashing::CanonicalReader reader{cell.bytes()};
      return read_value(reader);
    }
  }
  return {};
}

}  // namespace rowprint
