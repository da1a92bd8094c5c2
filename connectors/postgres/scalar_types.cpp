#include "connectors/postgres/epoch.hpp"
#include "connectors/postgres/field_reader.hpp"
#include "connectors/postgres/value_type.hpp"
#include "ingest/model/utf8.hpp"

#include <array>
#include <bit>
#include <limits>
#include <unordered_map>

/// The types that every server has under the same number.
namespace rowprint::postgres {
namespace {

using hashing::ByteView;

constexpr std::int64_t kDayMicroseconds = 86'400 * kMicrosecondsInSecond;

bool bool_cell(const ValueType& type, ByteView field, Decoding& decoding, Cell& cell) {
  if (field.size() != 1) {
    return decoding.malformed(type.name);
  }
  cell = Cell::boolean(field[0] != 0);
  return true;
}

template <typename Number>
bool integer_cell(const ValueType& type, ByteView field, Decoding& decoding, Cell& cell) {
  if (field.size() != sizeof(Number)) {
    return decoding.malformed(type.name);
  }
  cell = Cell::integer(load<Number>(field.data()));
  return true;
}

bool put_unsigned(const ValueType& type, ByteView field, Decoding& decoding, hashing::ByteBuffer& out, int /*depth*/) {
  if (field.size() != sizeof(std::uint64_t)) {
    return decoding.malformed(type.name);
  }
  hashing::put_uint(out, load<std::uint64_t>(field.data()));
  return true;
}

bool float4_cell(const ValueType& type, ByteView field, Decoding& decoding, Cell& cell) {
  if (field.size() != sizeof(float)) {
    return decoding.malformed(type.name);
  }
  cell = Cell::floating(static_cast<double>(std::bit_cast<float>(load<std::uint32_t>(field.data()))));
  return true;
}

bool float8_cell(const ValueType& type, ByteView field, Decoding& decoding, Cell& cell) {
  if (field.size() != sizeof(double)) {
    return decoding.malformed(type.name);
  }
  cell = Cell::floating(std::bit_cast<double>(load<std::uint64_t>(field.data())));
  return true;
}

bool is_ascii(ByteView bytes) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t seen = 0;
  for (; left >= sizeof(seen); left -= sizeof(seen), at += sizeof(seen)) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof(word));
    seen |= word;
  }
  for (; left != 0; --left, ++at) {
    seen |= *at;
  }
  return (seen & kHighBits) == 0;
}

bool text_cell(const ValueType& /*type*/, ByteView field, Decoding& decoding, Cell& cell) {
  const std::string_view text = hashing::as_text(field);
  // A server checks what it takes in, but not what it finds in its files.
  if (!is_ascii(field) && !is_valid_utf8(text)) {
    return decoding.refuse("text that is not valid UTF-8");
  }
  cell = Cell::text(text);
  return true;
}

bool char_cell(const ValueType& type, ByteView field, Decoding& decoding, Cell& cell) {
  if (field.size() != 1) {
    return decoding.malformed(type.name);
  }
  if (field[0] >= 0x80) {
    return decoding.refuse("a \"char\" beyond ASCII, which is no text");
  }
  cell = Cell::text(hashing::as_text(field[0] == 0 ? field.first(0) : field));
  return true;
}

bool bytes_cell(const ValueType& /*type*/, ByteView field, Decoding& /*decoding*/, Cell& cell) {
  cell = Cell::bytes(field);
  return true;
}

bool uuid_cell(const ValueType& type, ByteView field, Decoding& decoding, Cell& cell) {
  if (field.size() != 16) {
    return decoding.malformed(type.name);
  }
  cell = Cell::uuid(field.data());
  return true;
}

bool date_cell(const ValueType& type, ByteView field, Decoding& decoding, Cell& cell) {
  if (field.size() != sizeof(std::int32_t)) {
    return decoding.malformed(type.name);
  }
  const auto days = load<std::int32_t>(field.data());
  if (days == std::numeric_limits<std::int32_t>::max() || days == std::numeric_limits<std::int32_t>::min()) {
    return decoding.refuse("an infinite date, which has no form: make it null or cast it to text");
  }
  cell = Cell::date(days + kEpochDays);
  return true;
}

bool time_cell(const ValueType& type, ByteView field, Decoding& decoding, Cell& cell) {
  if (field.size() != sizeof(std::int64_t)) {
    return decoding.malformed(type.name);
  }
  const auto microseconds = load<std::int64_t>(field.data());
  if (microseconds < 0 || microseconds > kDayMicroseconds) {
    return decoding.malformed(type.name);
  }
  cell = Cell::time(microseconds / kMicrosecondsInSecond,
                    static_cast<std::uint32_t>(microseconds % kMicrosecondsInSecond) * kNanosecondsInMicrosecond);
  return true;
}

template <Cell (*kMake)(std::int64_t, std::uint32_t)>
bool timestamp_cell(const ValueType& type, ByteView field, Decoding& decoding, Cell& cell) {
  if (field.size() != sizeof(std::int64_t)) {
    return decoding.malformed(type.name);
  }
  const auto microseconds = load<std::int64_t>(field.data());
  if (microseconds == std::numeric_limits<std::int64_t>::max() ||
      microseconds == std::numeric_limits<std::int64_t>::min()) {
    return decoding.refuse("an infinite timestamp, which has no form: make it null or cast it to text");
  }
  std::int64_t seconds = microseconds / kMicrosecondsInSecond;
  std::int64_t rest = microseconds % kMicrosecondsInSecond;
  if (rest < 0) {
    rest += kMicrosecondsInSecond;
    --seconds;
  }
  cell = kMake(seconds + kEpochSeconds, static_cast<std::uint32_t>(rest) * kNanosecondsInMicrosecond);
  return true;
}

/// Hundredths, as lc_monetary C has them, which the session sets.
bool put_money(const ValueType& type, ByteView field, Decoding& decoding, hashing::ByteBuffer& out, int /*depth*/) {
  if (field.size() != sizeof(std::int64_t)) {
    return decoding.malformed(type.name);
  }
  const std::string hundredths = std::to_string(load<std::int64_t>(field.data()));
  return hashing::put_decimal(out, hundredths, -2) == hashing::Refusal::none || decoding.malformed(type.name);
}

ValueType scalar(std::string name, Type type, DecodeCell cell, bool points = false) {
  ValueType value;
  value.name = std::move(name);
  value.type = type;
  value.cell = cell;
  value.put = put_cell_of;
  value.points = points;
  return value;
}

ValueType encoded(std::string name, Type type, DecodeInto put) {
  ValueType value;
  value.name = std::move(name);
  value.type = type;
  value.cell = cell_of_encoding;
  value.put = put;
  return value;
}

/// By the numbers of pg_type.dat, which never change.
const std::unordered_map<std::uint32_t, ValueType>& builtin_types() {
  static const std::unordered_map<std::uint32_t, ValueType> types{
      {16, scalar("boolean", Type::boolean, bool_cell)},
      {17, scalar("bytea", Type::bytes, bytes_cell, true)},
      {18, scalar("\"char\"", Type::text, char_cell, true)},
      {19, scalar("name", Type::text, text_cell, true)},
      {20, scalar("bigint", Type::integer, integer_cell<std::int64_t>)},
      {21, scalar("smallint", Type::integer, integer_cell<std::int16_t>)},
      {23, scalar("integer", Type::integer, integer_cell<std::int32_t>)},
      {25, scalar("text", Type::text, text_cell, true)},
      {26, scalar("oid", Type::integer, integer_cell<std::uint32_t>)},
      {28, scalar("xid", Type::integer, integer_cell<std::uint32_t>)},
      {29, scalar("cid", Type::integer, integer_cell<std::uint32_t>)},
      {114, encoded("json", Type::any, put_json)},
      {142, scalar("xml", Type::text, text_cell, true)},
      {650, encoded("cidr", Type::text, put_inet)},
      {700, scalar("real", Type::floating, float4_cell)},
      {701, scalar("double precision", Type::floating, float8_cell)},
      {705, scalar("unknown", Type::text, text_cell, true)},
      {774, encoded("macaddr8", Type::text, put_macaddr)},
      {790, encoded("money", Type::decimal, put_money)},
      {829, encoded("macaddr", Type::text, put_macaddr)},
      {869, encoded("inet", Type::text, put_inet)},
      {1042, scalar("character", Type::text, text_cell, true)},
      {1043, scalar("character varying", Type::text, text_cell, true)},
      {1082, scalar("date", Type::date, date_cell)},
      {1083, scalar("time without time zone", Type::time, time_cell)},
      {1114, scalar("timestamp without time zone", Type::timestamp, timestamp_cell<Cell::timestamp>)},
      {1184, scalar("timestamp with time zone", Type::timestamptz, timestamp_cell<Cell::timestamptz>)},
      {1186, encoded("interval", Type::map, put_interval)},
      {1266, encoded("time with time zone", Type::map, put_timetz)},
      {1560, encoded("bit", Type::text, put_bits)},
      {1562, encoded("bit varying", Type::text, put_bits)},
      {1700, encoded("numeric", Type::decimal, put_numeric)},
      {2950, scalar("uuid", Type::uuid, uuid_cell, true)},
      {3802, encoded("jsonb", Type::any, put_jsonb)},
      {5069, encoded("xid8", Type::integer, put_unsigned)},
  };
  return types;
}

}  // namespace

const ValueType* builtin_type(std::uint32_t oid) {
  const auto found = builtin_types().find(oid);
  return found == builtin_types().end() ? nullptr : &found->second;
}

}  // namespace rowprint::postgres
