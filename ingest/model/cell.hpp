#pragma once

#include "hashing/bytes.hpp"
#include "hashing/canonical.hpp"
#include "hashing/canonical_reader.hpp"
#include "ingest/model/type.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rowprint {

/// What a cell holds. The kinds without a machine type carry their canonical encoding instead.
enum class Kind : std::uint8_t {
  null,
  boolean,
  integer,      ///< fits std::int64_t
  big_integer,  ///< any other integer: canonical bytes
  floating,
  decimal,  ///< canonical bytes (of the reduced number: 5.00 is the bytes of 5)
  text,
  bytes,
  date,         ///< days since 1970-01-01
  time,         ///< seconds since midnight, nanoseconds
  timestamp,    ///< seconds since 1970-01-01T00:00:00 on the wall clock, nanoseconds
  timestamptz,  ///< seconds since 1970-01-01T00:00:00Z, nanoseconds
  uuid,         ///< 16 bytes
  list,         ///< canonical bytes
  map,          ///< canonical bytes
};
constexpr std::size_t kKinds = 15;

/// One value of a row, 16 bytes. Text, bytes and canonical forms point into the batch that holds the cell.
///
/// A trivially copyable value; valid as long as its batch. Text is valid UTF-8 by construction: who builds a cell has
/// checked.
class Cell {
 public:
  constexpr Cell() : integer_(0) {}

  static Cell boolean(bool value) { return {Kind::boolean, 0U, std::int64_t{value}}; }
  static Cell integer(std::int64_t value) { return {Kind::integer, 0U, value}; }
  static Cell floating(double value) {
    Cell cell{Kind::floating, 0U, std::int64_t{0}};
    cell.floating_ = value;
    return cell;
  }
  static Cell text(std::string_view value) { return {Kind::text, value.data(), value.size()}; }
  static Cell bytes(hashing::ByteView value) { return {Kind::bytes, value.data(), value.size()}; }
  static Cell date(std::int64_t days) { return {Kind::date, 0U, days}; }
  static Cell time(std::int64_t seconds, std::uint32_t nanoseconds) { return {Kind::time, nanoseconds, seconds}; }
  static Cell timestamp(std::int64_t seconds, std::uint32_t nanoseconds) {
    return {Kind::timestamp, nanoseconds, seconds};
  }
  static Cell timestamptz(std::int64_t seconds, std::uint32_t nanoseconds) {
    return {Kind::timestamptz, nanoseconds, seconds};
  }
  static Cell uuid(const std::uint8_t* sixteen_bytes) { return {Kind::uuid, sixteen_bytes, std::size_t{16}}; }
  /// `kind` is big_integer, decimal, list or map; `encoding` one canonical item.
  static Cell canonical(Kind kind, hashing::ByteView encoding) { return {kind, encoding.data(), encoding.size()}; }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }
  /// Whether it points to bytes(): text, bytes, uuid and the kinds that carry their canonical encoding.
  bool has_pointer() const { return (1U << static_cast<unsigned>(kind_) & kPointerKinds) != 0; }
  bool boolean() const { return integer_ != 0; }
  /// integer: the value. date: days. time and timestamps: seconds.
  std::int64_t integer() const { return integer_; }
  std::uint32_t nanoseconds() const { return extra_; }
  double floating() const { return floating_; }
  std::string_view text() const { return {static_cast<const char*>(pointer_), extra_}; }
  /// bytes, uuid, and the canonical encoding of the kinds that carry one.
  hashing::ByteView bytes() const { return {static_cast<const std::uint8_t*>(pointer_), extra_}; }

 private:
  static constexpr unsigned kPointerKinds =
      1U << static_cast<unsigned>(Kind::big_integer) | 1U << static_cast<unsigned>(Kind::decimal) |
      1U << static_cast<unsigned>(Kind::text) | 1U << static_cast<unsigned>(Kind::bytes) |
      1U << static_cast<unsigned>(Kind::uuid) | 1U << static_cast<unsigned>(Kind::list) |
      1U << static_cast<unsigned>(Kind::map);

  Cell(Kind kind, std::uint32_t extra, std::int64_t value) : kind_(kind), extra_(extra), integer_(value) {}
  Cell(Kind kind, const void* pointer, std::size_t size)
      : kind_(kind), extra_(static_cast<std::uint32_t>(size)), pointer_(pointer) {}

  Kind kind_ = Kind::null;
  std::uint32_t extra_ = 0;
  union {
    std::int64_t integer_;
    double floating_;
    const void* pointer_;
  };
};
static_assert(sizeof(Cell) == 16);

/// Whether a column of `type` may hold a cell of `kind`; null everywhere.
bool is_of_type(Kind kind, Type type);

/// Appends the cell's canonical encoding: the walk from a value to the encoder.
inline void put_cell(hashing::ByteBuffer& out, const Cell& cell) {
  switch (cell.kind()) {
    case Kind::null:
      return hashing::put_null(out);
    case Kind::boolean:
      return hashing::put_bool(out, cell.boolean());
    case Kind::integer:
      return hashing::put_int(out, cell.integer());
    case Kind::floating:
      return hashing::put_float(out, cell.floating());
    case Kind::text:
      return hashing::put_text(out, cell.text());
    case Kind::bytes:
      return hashing::put_bytes(out, cell.bytes());
    case Kind::date:
      return hashing::put_date(out, cell.integer());
    // Whoever built the cell has checked seconds and nanoseconds, so none of these three refuses.
    case Kind::time:
      return static_cast<void>(hashing::put_time(out, cell.integer(), cell.nanoseconds()));
    case Kind::timestamp:
      return static_cast<void>(hashing::put_timestamp(out, cell.integer(), cell.nanoseconds()));
    case Kind::timestamptz:
      return static_cast<void>(hashing::put_timestamptz(out, cell.integer(), cell.nanoseconds()));
    case Kind::uuid:
      return hashing::put_uuid(out, cell.bytes().first<16>());
    case Kind::big_integer:
    case Kind::decimal:
    case Kind::list:
    case Kind::map:
      return out.append(cell.bytes());
  }
}

/// The cell that a canonical item is, read as a value of a column of `type`: in a float or decimal column an integer is
/// a float or a decimal again; in `any`, and inside lists and maps, numbers stay reduced. `encoded` is one whole item,
/// as CanonicalReader::skip() gave it, and outlives the cell. Nothing where the item cannot be a value of `type`.
std::optional<Cell> cell_from_canonical(hashing::ByteView encoded, Type type);

/// A native number as a value of a column of `type`: an integer in a float column becomes that float (they are equal up
/// to ±2^53, and beyond it the column's type is not float), an integral float in an `any` column the integer.
Cell as_column_type(const Cell& cell, Type type);

}  // namespace rowprint
