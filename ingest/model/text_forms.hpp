#pragma once

#include "hashing/bytes.hpp"
#include "ingest/model/error.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

/// The text forms of values that JSON has no type for. Parsers take exactly the forms named here, whole strings only,
/// and depend on no locale; what is wrong is a sentence for people. Formatters append. Thread safety: pure functions.
/// Cost: linear.
namespace rowprint::text_forms {

/// Why a text is not a value. `code` is unsupported_value for a well-formed one that rp1 has no exact form for: a leap
/// second, a tenth fractional digit, a year beyond 64 bits.
struct Refused {
  std::string_view reason;
  ErrorCode code = ErrorCode::bad_input;
};
template <typename T>
using Parsed = tl::expected<T, Refused>;

inline tl::unexpected<Refused> refuse(std::string_view reason, ErrorCode code = ErrorCode::bad_input) {
  return tl::unexpected<Refused>{Refused{reason, code}};
}

/// Seconds and nanoseconds as Cell holds them.
struct Moment {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  bool operator==(const Moment&) const = default;
};

/// RFC 3339 full-date; days since 1970-01-01. Years beyond four digits carry a sign (ISO 8601): +12000-01-01,
/// -0001-12-31.
Parsed<std::int64_t> parse_date(std::string_view text);
/// RFC 3339 partial-time, and 24:00:00.
Parsed<Moment> parse_time(std::string_view text);
/// RFC 3339 full-date, `T`, `t` or a space, partial-time; no zone.
Parsed<Moment> parse_timestamp(std::string_view text);
/// RFC 3339 date-time, any offset; the instant.
Parsed<Moment> parse_timestamptz(std::string_view text);
/// RFC 9562: 8-4-4-4-12 hexadecimal digits in either case.
Parsed<std::array<std::uint8_t, 16>> parse_uuid(std::string_view text);
/// RFC 4648 section 4, padded, no other characters, unused bits zero. Appends to `out`.
Parsed<void> parse_base64(std::string_view text, hashing::ByteBuffer& out);

/// `digits` x 10^`exponent`.
struct DecimalParts {
  std::string digits;  ///< `-?[0-9]+`
  std::int64_t exponent = 0;
};
/// `-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?`; any JSON number is one.
Parsed<DecimalParts> parse_decimal(std::string_view text);

void format_date(std::string& out, std::int64_t days);
/// Fractions are the shortest that is exact; instants are in UTC, with `Z`.
void format_time(std::string& out, Moment time);
void format_timestamp(std::string& out, Moment timestamp);
void format_timestamptz(std::string& out, Moment instant);
void format_uuid(std::string& out, hashing::ByteView sixteen_bytes);
void format_base64(std::string& out, hashing::ByteView bytes);
/// Plain where that is short, else with an exponent: 0.001, 12e400.
void format_decimal(std::string& out, std::string_view digits, std::int64_t exponent);
/// Shortest text that reads back as the same double, always with `.` or `e`: 1.0, 1e+300. Finite values only.
void format_float(std::string& out, double value);

}  // namespace rowprint::text_forms
