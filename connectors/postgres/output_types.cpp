#include "connectors/postgres/output_types.hpp"

#include "ingest/model/text_forms.hpp"
#include "ingest/model/value.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace rowprint::postgres {
namespace {

using text_forms::Moment;
using text_forms::Parsed;

constexpr std::int64_t kExactInDouble = std::int64_t{1} << 53;
constexpr std::size_t kShownBytesMax = 60;

bool is_number(Type type) {
  return type == Type::integer || type == Type::floating || type == Type::decimal;
}

bool has_text_form(Type type) {
  return type != Type::list && type != Type::map && type != Type::null;
}

Moment moment_of(const Cell& cell) {
  return {cell.integer(), cell.nanoseconds()};
}

/// The text of a value, as a declared column takes it.
std::string text_of(const Cell& cell) {
  std::string text;
  switch (cell.kind()) {
    case Kind::boolean:
      text = cell.boolean() ? "true" : "false";
      break;
    case Kind::integer:
      text = std::to_string(cell.integer());
      break;
    case Kind::big_integer:
      text = std::get<BigInteger>(to_value(cell).held).digits;
      break;
    case Kind::floating:
    case Kind::decimal: {
      const Value value = to_value(cell);
      if (const auto* decimal = std::get_if<Decimal>(&value.held)) {
        text_forms::format_decimal(text, decimal->digits, decimal->exponent);
      } else if (const double number = std::get<double>(value.held); std::isfinite(number)) {
        text_forms::format_float(text, number);
      } else {
        text = std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
      }
      break;
    }
    case Kind::text:
      text = cell.text();
      break;
    case Kind::bytes:
      text_forms::format_base64(text, cell.bytes());
      break;
    case Kind::date:
      text_forms::format_date(text, cell.integer());
      break;
    case Kind::time:
      text_forms::format_time(text, moment_of(cell));
      break;
    case Kind::timestamp:
      text_forms::format_timestamp(text, moment_of(cell));
      break;
    case Kind::timestamptz:
      text_forms::format_timestamptz(text, moment_of(cell));
      break;
    case Kind::uuid:
      text_forms::format_uuid(text, cell.bytes());
      break;
    case Kind::null:
    case Kind::list:
    case Kind::map:
      text = "…";
      break;
  }
  return text;
}

tl::unexpected<Error> refuse(const Cell& cell, Type to, ErrorCode code = ErrorCode::unsupported_value) {
  std::string shown = text_of(cell);
  if (shown.size() > kShownBytesMax) {
    std::size_t end = kShownBytesMax;
    while (end != 0 && (static_cast<unsigned char>(shown[end]) & 0xc0U) == 0x80) {
      --end;
    }
    shown.resize(end);
    shown += "…";
  }
  return fail(code, shown + " is no " + std::string{to_string(to)} + " exactly, as the output asks for");
}

Result<Cell> decimal_of_text(std::string_view text, BatchBuilder& builder) {
  const auto parts = text_forms::parse_decimal(text);
  if (!parts) {
    return fail(parts.error().code, std::string{parts.error().reason});
  }
  return to_cell(Value{Decimal{parts->digits, parts->exponent}}, builder);
}

Result<Cell> not_finite_decimal(double value, BatchBuilder& builder) {
  hashing::ByteBuffer encoded;
  hashing::put_float(encoded, value);
  return Cell::canonical(Kind::decimal, builder.keep(encoded.view()));
}

std::optional<double> named_number(std::string_view text) {
  using Limits = std::numeric_limits<double>;
  if (text == "NaN") {
    return Limits::quiet_NaN();
  }
  if (text == "Infinity") {
    return Limits::infinity();
  }
  return text == "-Infinity" ? std::optional{-Limits::infinity()} : std::nullopt;
}

/// Every finite double is a decimal of at most 767 digits.
std::string exact_digits(double value) {
  std::array<char, 1200> digits{};
  const auto written =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::scientific, 800);
  return {digits.data(), written.ptr};
}

Result<Cell> to_decimal(const Cell& cell, BatchBuilder& builder) {
  switch (cell.kind()) {
    case Kind::integer:
    case Kind::big_integer:
      return decimal_of_text(text_of(cell), builder);
    case Kind::floating:
      return std::isfinite(cell.floating()) ? decimal_of_text(exact_digits(cell.floating()), builder)
                                            : not_finite_decimal(cell.floating(), builder);
    case Kind::text: {
      const auto named = named_number(cell.text());
      auto decimal = named ? not_finite_decimal(*named, builder) : decimal_of_text(cell.text(), builder);
      if (decimal) {
        return decimal;
      }
      return refuse(cell, Type::decimal, decimal.error().code);
    }
    default:
      return refuse(cell, Type::decimal);
  }
}

Result<Cell> to_integer(const Cell& cell, BatchBuilder& builder) {
  if (cell.kind() == Kind::text) {
    const std::string_view text = cell.text();
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
      return refuse(cell, Type::integer, ErrorCode::bad_input);
    }
    return to_cell(Value{BigInteger{std::string{text}}}, builder);
  }
  if (cell.kind() == Kind::floating) {
    const double value = cell.floating();
    if (value >= -0x1p63 && value < 0x1p63 && std::trunc(value) == value) {
      return Cell::integer(static_cast<std::int64_t>(value));
    }
    return refuse(cell, Type::integer);
  }
  if (cell.kind() != Kind::decimal) {
    return refuse(cell, Type::integer);
  }
  const Value value = to_value(cell);
  const auto* decimal = std::get_if<Decimal>(&value.held);
  if (decimal == nullptr || decimal->exponent < 0) {  // stripped: behind the point stands something
    return refuse(cell, Type::integer);
  }
  return to_cell(Value{BigInteger{decimal->digits + std::string(static_cast<std::size_t>(decimal->exponent), '0')}},
                 builder);
}

Result<Cell> to_float(const Cell& cell, BatchBuilder& builder) {
  if (cell.kind() == Kind::integer && cell.integer() >= -kExactInDouble && cell.integer() <= kExactInDouble) {
    return Cell::floating(static_cast<double>(cell.integer()));
  }
  if (cell.kind() == Kind::text) {
    // As JSON's numbers are read: the nearest, but neither out of range nor to zero.
    const std::string_view text = cell.text();
    if (const auto named = named_number(text)) {
      return Cell::floating(*named);
    }
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!text_forms::parse_decimal(text)) {
      return refuse(cell, Type::floating, ErrorCode::bad_input);
    }
    if (read.ec != std::errc{} || !std::isfinite(value) ||
        (value == 0 && text.substr(0, text.find_first_of("eE")).find_first_of("123456789") != std::string_view::npos)) {
      return refuse(cell, Type::floating);
    }
    return Cell::floating(value);
  }
  if (cell.kind() != Kind::decimal) {
    return refuse(cell, Type::floating);
  }
  const Value value = to_value(cell);
  if (const auto* special = std::get_if<double>(&value.held)) {
    return Cell::floating(*special);
  }
  // There and back again: equal only where the double is the decimal.
  const std::string text = text_of(cell);
  double nearest = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), nearest);
  if (read.ec != std::errc{} || !std::isfinite(nearest)) {
    return refuse(cell, Type::floating);
  }
  const auto back = decimal_of_text(exact_digits(nearest), builder);
  if (!back || to_value(*back) != value) {
    return refuse(cell, Type::floating);
  }
  return Cell::floating(nearest);
}

template <Cell (*kMake)(std::int64_t, std::uint32_t)>
Result<Cell> of_moment(const Cell& cell, Type to, const Parsed<Moment>& moment) {
  if (!moment) {
    return refuse(cell, to, moment.error().code);
  }
  return kMake(moment->seconds, moment->nanoseconds);
}

/// Of the types that only text becomes.
Result<Cell> of_text(const Cell& cell, Type to, BatchBuilder& builder) {
  const std::string_view text = cell.text();
  switch (to) {
    case Type::boolean:
      return text == "true" || text == "false" ? Result<Cell>{Cell::boolean(text == "true")}
                                               : refuse(cell, to, ErrorCode::bad_input);
    case Type::date: {
      const auto days = text_forms::parse_date(text);
      return days ? Result<Cell>{Cell::date(*days)} : refuse(cell, to, days.error().code);
    }
    case Type::time:
      return of_moment<Cell::time>(cell, to, text_forms::parse_time(text));
    case Type::timestamp:
      return of_moment<Cell::timestamp>(cell, to, text_forms::parse_timestamp(text));
    case Type::timestamptz:
      return of_moment<Cell::timestamptz>(cell, to, text_forms::parse_timestamptz(text));
    case Type::uuid: {
      const auto uuid = text_forms::parse_uuid(text);
      return uuid ? Result<Cell>{Cell::uuid(builder.keep(hashing::ByteView{*uuid}).data())}
                  : refuse(cell, to, uuid.error().code);
    }
    case Type::bytes: {
      hashing::ByteBuffer bytes;
      const auto parsed = text_forms::parse_base64(text, bytes);
      return parsed ? Result<Cell>{Cell::bytes(builder.keep(bytes.view()))} : refuse(cell, to, parsed.error().code);
    }
    default:
      return refuse(cell, to);
  }
}

}  // namespace

bool may_become(Type from, Type to) {
  if (from == to || to == Type::any || from == Type::any) {
    return true;
  }
  if (from == Type::text || to == Type::text) {
    return has_text_form(from) && has_text_form(to);
  }
  return is_number(from) && is_number(to);
}

Result<Cell> become(const Cell& cell, Type to, BatchBuilder& builder) {
  if (is_of_type(cell.kind(), to)) {
    return cell;
  }
  switch (to) {
    case Type::integer:
      return to_integer(cell, builder);
    case Type::floating:
      return to_float(cell, builder);
    case Type::decimal:
      return to_decimal(cell, builder);
    case Type::text:
      if (cell.kind() == Kind::list || cell.kind() == Kind::map) {
        return refuse(cell, to);
      }
      return Cell::text(builder.keep(text_of(cell)));
    default:
      return cell.kind() == Kind::text ? of_text(cell, to, builder) : refuse(cell, to);
  }
}

}  // namespace rowprint::postgres
