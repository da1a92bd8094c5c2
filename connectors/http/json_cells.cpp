#include "connectors/http/json_cells.hpp"

#include "hashing/canonical.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

namespace rowprint {
namespace {

using text_forms::Moment;
using text_forms::Parsed;
using text_forms::refuse;
using text_forms::Refused;

constexpr std::size_t kInt64Digits = 20;

tl::unexpected<Refused> refuse(hashing::Refusal refusal) {
  const bool is_limit =
      refusal == hashing::Refusal::too_many_digits || refusal == hashing::Refusal::exponent_out_of_range;
  return refuse(hashing::describe(refusal), is_limit ? ErrorCode::limit_exceeded : ErrorCode::bad_input);
}

std::string_view wrong_type(Type type) {
  switch (type) {
    case Type::null:
      return "the column is declared null";
    case Type::boolean:
      return "not a bool, as the column is declared";
    case Type::integer:
      return "not an int, as the column is declared";
    case Type::floating:
      return "not a float, as the column is declared";
    case Type::decimal:
      return "not a decimal, as the column is declared";
    case Type::text:
      return "not text, as the column is declared";
    case Type::bytes:
      return "not bytes in base64 text, as the column is declared";
    case Type::date:
      return "not a date in RFC 3339 text, as the column is declared";
    case Type::time:
      return "not a time of day in RFC 3339 text, as the column is declared";
    case Type::timestamp:
      return "not a timestamp in RFC 3339 text, as the column is declared";
    case Type::timestamptz:
      return "not a timestamptz in RFC 3339 text, as the column is declared";
    case Type::uuid:
      return "not a UUID in text, as the column is declared";
    case Type::list:
      return "not a list, as the column is declared";
    case Type::map:
      return "not a map, as the column is declared";
    case Type::any:
      break;
  }
  return "not a value of the column";
}

Parsed<void> only(Type wanted, Type type) {
  if (type == wanted || type == Type::any) {
    return {};
  }
  return refuse(wrong_type(type));
}

std::optional<double> named_float(std::string_view text) {
  if (text == "NaN") {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (text == "Infinity") {
    return std::numeric_limits<double>::infinity();
  }
  if (text == "-Infinity") {
    return -std::numeric_limits<double>::infinity();
  }
  return std::nullopt;
}

std::optional<std::int64_t> small_integer(std::string_view token) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  return error == std::errc{} && end == token.data() + token.size() ? std::optional{value} : std::nullopt;
}

/// Whether a number whose double is not finite, or is zero though its digits are not, is too large rather than too
/// small: the power of ten of its first digit that is not zero.
bool is_overflow(std::string_view token) {
  std::int64_t power = 0;
  std::int64_t before_point = 0;
  bool seen_point = false;
  bool seen_digit = false;
  std::size_t i = token.starts_with('-') ? 1 : 0;
  for (; i < token.size() && token[i] != 'e' && token[i] != 'E'; ++i) {
    if (token[i] == '.') {
      seen_point = true;
      continue;
    }
    seen_digit = seen_digit || token[i] != '0';
    before_point += seen_digit && !seen_point ? 1 : 0;
    before_point -= !seen_digit && seen_point ? 1 : 0;
  }
  if (i < token.size()) {
    const bool negative = token[i + 1] == '-';
    for (const char c : token.substr(i + 1)) {
      power = c >= '0' && c <= '9' ? std::min(power * 10 + (c - '0'), std::int64_t{1} << 40U) : power;
    }
    power = negative ? -power : power;
  }
  return before_point + power > 0;
}

Parsed<Cell> moment(const Parsed<Moment>& moment, Cell (*make)(std::int64_t, std::uint32_t)) {
  if (!moment) {
    return tl::unexpected{moment.error()};
  }
  return make(moment->seconds, moment->nanoseconds);
}

/// An integer in a float column is the float it is equal to, where every integer has one.
Parsed<Cell> exact_float(std::string_view token) {
  const std::optional<std::int64_t> value = small_integer(token);
  if (!value || *value > kExactDoubleMax || *value < -kExactDoubleMax) {
    return refuse("an integer beyond 2^53 in a float column", ErrorCode::unsupported_value);
  }
  return Cell::floating(static_cast<double>(*value));
}

}  // namespace

bool is_zero_token(std::string_view token) {
  for (const char c : token) {
    if (c == 'e' || c == 'E') {
      break;
    }
    if (c >= '1' && c <= '9') {
      return false;
    }
  }
  return true;
}

Parsed<double> parse_float(std::string_view token) {
  double value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  const bool out_of_range = error == std::errc::result_out_of_range || !std::isfinite(value);
  if (out_of_range || (value == 0 && !is_zero_token(token))) {
    return refuse(is_overflow(token) ? "a number beyond the range of a float"
                                     : "a number that is not zero and that a float rounds to zero",
                  ErrorCode::unsupported_value);
  }
  if (error != std::errc{} || end != token.data() + token.size()) {
    return refuse("not a number");
  }
  return value;
}

Parsed<void> put_integer_token(hashing::ByteBuffer& out, std::string_view token) {
  if (token.size() <= kInt64Digits) {
    if (const std::optional<std::int64_t> value = small_integer(token)) {
      hashing::put_int(out, *value);
      return {};
    }
  }
  const hashing::Refusal refusal = hashing::put_integer_digits(out, token);
  if (refusal != hashing::Refusal::none) {
    return refuse(refusal);
  }
  return {};
}

Parsed<void> JsonCells::takes_bool(Type type) {
  return only(Type::boolean, type);
}
Parsed<void> JsonCells::takes_list(Type type) {
  return only(Type::list, type);
}
Parsed<void> JsonCells::takes_map(Type type) {
  return only(Type::map, type);
}

Parsed<Cell> JsonCells::from_text(std::string_view text, Type type) {
  switch (type) {
    case Type::any:
    case Type::text:
      return Cell::text(text);
    case Type::floating: {
      const std::optional<double> value = named_float(text);
      return value ? Parsed<Cell>{Cell::floating(*value)} : refuse(wrong_type(type));
    }
    case Type::decimal:
      return decimal(text);
    case Type::bytes:
      return bytes(text);
    case Type::date:
      return text_forms::parse_date(text).map([](std::int64_t days) { return Cell::date(days); });
    case Type::time:
      return moment(text_forms::parse_time(text), &Cell::time);
    case Type::timestamp:
      return moment(text_forms::parse_timestamp(text), &Cell::timestamp);
    case Type::timestamptz:
      return moment(text_forms::parse_timestamptz(text), &Cell::timestamptz);
    case Type::uuid:
      return text_forms::parse_uuid(text).map([this](const std::array<std::uint8_t, 16>& uuid) {
        return Cell::uuid(builder_.keep(hashing::ByteView{uuid}).data());
      });
    case Type::null:
    case Type::boolean:
    case Type::integer:
    case Type::list:
    case Type::map:
      break;
  }
  return refuse(wrong_type(type));
}

Parsed<Cell> JsonCells::from_number(std::string_view token, Type type) {
  const bool is_float = is_float_token(token);
  if (type == Type::decimal) {
    return decimal(token);
  }
  if (type == Type::floating || type == Type::any) {
    if (is_float) {
      return parse_float(token).map([](double value) { return Cell::floating(value); });
    }
    return type == Type::any ? integer(token) : exact_float(token);
  }
  if (type == Type::integer && !is_float) {
    return integer(token);
  }
  return refuse(wrong_type(type));
}

Parsed<Cell> JsonCells::integer(std::string_view token) {
  if (token.size() <= kInt64Digits) {
    if (const std::optional<std::int64_t> value = small_integer(token)) {
      return Cell::integer(*value);
    }
  }
  scratch_.clear();
  return put_integer_token(scratch_, token).map([this] { return kept(Kind::big_integer); });
}

Parsed<Cell> JsonCells::decimal(std::string_view text) {
  scratch_.clear();
  if (const std::optional<double> value = named_float(text)) {
    hashing::put_float(scratch_, *value);
    return kept(Kind::decimal);
  }
  const Parsed<text_forms::DecimalParts> parts = text_forms::parse_decimal(text);
  if (!parts) {
    return tl::unexpected{parts.error()};
  }
  const hashing::Refusal refusal = hashing::put_decimal(scratch_, parts->digits, parts->exponent);
  if (refusal != hashing::Refusal::none) {
    return refuse(refusal);
  }
  return kept(Kind::decimal);
}

Parsed<Cell> JsonCells::bytes(std::string_view text) {
  scratch_.clear();
  return text_forms::parse_base64(text, scratch_).map([this] { return Cell::bytes(builder_.keep(scratch_.view())); });
}

Cell JsonCells::kept(Kind kind) {
  return Cell::canonical(kind, builder_.keep(scratch_.view()));
}

}  // namespace rowprint
