#include "connectors/sqlite/text_cells.hpp"

#include "hashing/canonical.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace rowprint::sqlite_file {
namespace {

using text_forms::Moment;
using text_forms::Parsed;
using text_forms::refuse;
using text_forms::Refused;

std::optional<double> named_float(std::string_view text) {
  using Limits = std::numeric_limits<double>;
  if (text == "NaN") {
    return Limits::quiet_NaN();
  }
  if (text == "Infinity") {
    return Limits::infinity();
  }
  if (text == "-Infinity") {
    return -Limits::infinity();
  }
  return std::nullopt;
}

Parsed<Cell> checked(hashing::Refusal refusal, Kind kind, BatchBuilder& builder, const hashing::ByteBuffer& encoded) {
  using hashing::Refusal;
  if (refusal == Refusal::none) {
    return Cell::canonical(kind, builder.keep(encoded.view()));
  }
  const bool limit = refusal == Refusal::too_many_digits || refusal == Refusal::exponent_out_of_range;
  return tl::unexpected<Refused>{
      Refused{hashing::describe(refusal), limit ? ErrorCode::limit_exceeded : ErrorCode::bad_input}};
}

Parsed<Cell> integer_of(std::string_view text, BatchBuilder& builder, hashing::ByteBuffer& scratch) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) {
    return Cell::integer(value);
  }
  scratch.clear();
  return checked(hashing::put_integer_digits(scratch, text), Kind::big_integer, builder, scratch);
}

Parsed<Cell> decimal_of(std::string_view text, BatchBuilder& builder, hashing::ByteBuffer& scratch) {
  scratch.clear();
  if (const auto value = named_float(text)) {
    hashing::put_float(scratch, *value);
    return Cell::canonical(Kind::decimal, builder.keep(scratch.view()));
  }
  const auto parts = text_forms::parse_decimal(text);
  if (!parts) {
    return tl::unexpected{parts.error()};
  }
  return checked(hashing::put_decimal(scratch, parts->digits, parts->exponent), Kind::decimal, builder, scratch);
}

Parsed<Cell> moment(const Parsed<Moment>& moment, Cell (*make)(std::int64_t, std::uint32_t)) {
  return moment.map([make](const Moment& at) { return make(at.seconds, at.nanoseconds); });
}

}  // namespace

Parsed<Cell> cell_of_text(std::string_view text, Type type, BatchBuilder& builder, hashing::ByteBuffer& scratch) {
  switch (type) {
    case Type::text:
    case Type::any:
      return Cell::text(builder.keep(text));
    case Type::integer:
      return integer_of(text, builder, scratch);
    case Type::floating: {
      const auto value = named_float(text);
      return value ? Parsed<Cell>{Cell::floating(*value)}
                   : refuse("a float is a REAL, an INTEGER, or the text NaN, Infinity or -Infinity");
    }
    case Type::decimal:
      return decimal_of(text, builder, scratch);
    case Type::date:
      return text_forms::parse_date(text).map([](std::int64_t days) { return Cell::date(days); });
    case Type::time:
      return moment(text_forms::parse_time(text), &Cell::time);
    case Type::timestamp:
      return moment(text_forms::parse_timestamp(text), &Cell::timestamp);
    case Type::timestamptz:
      return moment(text_forms::parse_timestamptz(text), &Cell::timestamptz);
    case Type::uuid:
      return text_forms::parse_uuid(text).map([&builder](const std::array<std::uint8_t, 16>& uuid) {
        return Cell::uuid(builder.keep(hashing::ByteView{uuid}).data());
      });
    case Type::boolean:
      return refuse("a bool is the INTEGER 0 or 1");
    case Type::bytes:
      return refuse("bytes are a BLOB");
    case Type::null:
    case Type::list:
    case Type::map:
      break;
  }
  return refuse("");
}

Cell decimal_of(std::int64_t value, BatchBuilder& builder, hashing::ByteBuffer& scratch) {
  scratch.clear();
  // An integral decimal in this range is encoded as that integer.
  hashing::put_int(scratch, value);
  return Cell::canonical(Kind::decimal, builder.keep(scratch.view()));
}

}  // namespace rowprint::sqlite_file
