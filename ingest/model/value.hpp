#pragma once

#include "hashing/canonical.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/cell.hpp"
#include "ingest/model/error.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rowprint {

struct Null {
  auto operator<=>(const Null&) const = default;
};
/// An integer of any size, `-?[0-9]+`, at most hashing::kDigitsMax digits.
struct BigInteger {
  std::string digits;
  bool operator==(const BigInteger&) const = default;
};
/// `digits` x 10^`exponent`; digits as BigInteger. 1.50 is {"150", -2}.
struct Decimal {
  std::string digits;
  std::int64_t exponent = 0;
  bool operator==(const Decimal&) const = default;
};
struct Bytes {
  std::vector<std::uint8_t> bytes;
  bool operator==(const Bytes&) const = default;
};
/// Days since 1970-01-01, proleptic Gregorian.
struct Date {
  std::int64_t days = 0;
  auto operator<=>(const Date&) const = default;
};
/// Since midnight; 86400 s is 24:00:00.
struct TimeOfDay {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  auto operator<=>(const TimeOfDay&) const = default;
};
/// A wall clock's time, without a zone: seconds since 1970-01-01T00:00:00 as it shows them.
struct Timestamp {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  auto operator<=>(const Timestamp&) const = default;
};
/// An instant: seconds since 1970-01-01T00:00:00Z. The zone it was written in is not content.
struct TimestampTz {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  auto operator<=>(const TimestampTz&) const = default;
};
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Uuid&) const = default;
};
struct Value;
struct List {
  std::vector<Value> items;
  bool operator==(const List&) const;
};
/// Pairs in any order; keys are distinct, or the map is refused.
struct Map {
  std::vector<std::pair<std::string, Value>> pairs;
  bool operator==(const Map&) const;
};

/// Any value a row can hold, owned. A regular value; slower than a Cell, for API, tests and small data.
struct Value {
  std::variant<Null, bool, std::int64_t, BigInteger, double, Decimal, std::string, Bytes, Date, TimeOfDay, Timestamp,
               TimestampTz, Uuid, List, Map>
      held;
  bool operator==(const Value&) const;
};
// Without this, clang 16 meets the default constructor first while it completes the pair in Map, which needs it.
static_assert(Value{}.held.index() == 0);

/// The cell that a value is; what it points to is kept in `builder`. Errors (without row and column, which the caller
/// knows): bad_input for text that is not UTF-8, malformed digits, duplicate keys, times out of range; limit_exceeded
/// for depth, digits, exponent.
Result<Cell> to_cell(const Value& value, BatchBuilder& builder);
/// Appends one canonical item. `depth`: lists and maps around the value already. Errors as to_cell().
Result<void> put_value(hashing::ByteBuffer& out, const Value& value, int depth = 0);
/// The value of a cell. Canonical kinds are decoded; numbers inside lists and maps come as they are stored (reduced).
Value to_value(const Cell& cell);

/// The error that a refusal of the encoder is.
Error refused(hashing::Refusal refusal);

}  // namespace rowprint
