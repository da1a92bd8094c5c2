#include "connectors/postgres/parameters.hpp"

#include "connectors/postgres/epoch.hpp"
#include "ingest/model/text_forms.hpp"
#include "ingest/model/utf8.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

namespace rowprint::postgres {
namespace {

using text_forms::Moment;
using text_forms::Parsed;
using text_forms::refuse;
using text_forms::Refused;

constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kText = 25;
constexpr Oid kFloat8 = 701;
constexpr Oid kDate = 1082;
constexpr Oid kTime = 1083;
constexpr Oid kTimestamp = 1114;
constexpr Oid kTimestamptz = 1184;
constexpr Oid kNumeric = 1700;
constexpr Oid kUuid = 2950;

/// A value as it is bound: text, or binary where the text could be rounded on its way.
struct Bound {
  Oid type = 0;
  std::string value;
  bool binary = false;
};

template <typename Number>
std::string big_endian(Number number) {
  std::string bytes;
  for (std::size_t i = sizeof(number); i-- > 0;) {
    bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> 8 * i));
  }
  return bytes;
}

/// What a null of this type is typed as.
Oid oid_of(Type type) {
  switch (type) {
    case Type::boolean:
      return kBool;
    case Type::integer:
      return kInt8;
    case Type::floating:
      return kFloat8;
    case Type::decimal:
      return kNumeric;
    case Type::text:
      return kText;
    case Type::bytes:
      return kBytea;
    case Type::date:
      return kDate;
    case Type::time:
      return kTime;
    case Type::timestamp:
      return kTimestamp;
    case Type::timestamptz:
      return kTimestamptz;
    case Type::uuid:
      return kUuid;
    case Type::null:
    case Type::any:
    case Type::list:
    case Type::map:
      break;
  }
  return 0;
}

bool is_named_number(std::string_view text) {
  return text == "NaN" || text == "Infinity" || text == "-Infinity";
}

Parsed<Bound> bind_integer(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return refuse("not an int");
  }
  std::int64_t small = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), small);
  return Bound{read.ec == std::errc{} ? kInt8 : kNumeric, std::string{text}, false};
}

Parsed<Bound> bind_float(std::string_view text) {
  if (is_named_number(text)) {
    return Bound{kFloat8, std::string{text}, false};
  }
  if (!text_forms::parse_decimal(text)) {
    return refuse("not a float");
  }
  double value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{} || !std::isfinite(value)) {
    return refuse("beyond the range of a float", ErrorCode::unsupported_value);
  }
  return Bound{kFloat8, big_endian(std::bit_cast<std::uint64_t>(value)), true};
}

Parsed<Bound> bind_decimal(std::string_view text) {
  if (!is_named_number(text) && !text_forms::parse_decimal(text)) {
    return refuse("not a decimal");
  }
  return Bound{kNumeric, std::string{text}, false};
}

Parsed<Bound> bind_moment(Oid type, const Parsed<Moment>& moment, std::int64_t epoch_seconds) {
  if (!moment) {
    return tl::unexpected{moment.error()};
  }
  if (moment->nanoseconds % kNanosecondsInMicrosecond != 0) {
    return refuse("below microseconds, which is where PostgreSQL's times end", ErrorCode::unsupported_value);
  }
  std::int64_t microseconds = 0;
  if (__builtin_sub_overflow(moment->seconds, epoch_seconds, &microseconds) ||
      __builtin_mul_overflow(microseconds, kMicrosecondsInSecond, &microseconds) ||
      __builtin_add_overflow(microseconds, moment->nanoseconds / kNanosecondsInMicrosecond, &microseconds) ||
      microseconds == std::numeric_limits<std::int64_t>::max() ||
      microseconds == std::numeric_limits<std::int64_t>::min()) {
    return refuse("beyond the times that PostgreSQL holds", ErrorCode::unsupported_value);
  }
  return Bound{type, big_endian(microseconds), true};
}

Parsed<Bound> bind_date(std::string_view text) {
  const auto days = text_forms::parse_date(text);
  if (!days) {
    return tl::unexpected{days.error()};
  }
  using Limits = std::numeric_limits<std::int32_t>;
  const std::int64_t since = *days - kEpochDays;
  if (since <= Limits::min() || since >= Limits::max()) {
    return refuse("beyond the dates that PostgreSQL holds", ErrorCode::unsupported_value);
  }
  return Bound{kDate, big_endian(static_cast<std::int32_t>(since)), true};
}

Parsed<Bound> bind_value(Type type, std::string_view text) {
  switch (type) {
    case Type::boolean:
      return text == "true" || text == "false" ? Parsed<Bound>{Bound{kBool, std::string{text}, false}}
                                               : refuse("not a bool: true or false");
    case Type::integer:
      return bind_integer(text);
    case Type::floating:
      return bind_float(text);
    case Type::decimal:
      return bind_decimal(text);
    case Type::bytes: {
      hashing::ByteBuffer bytes;
      const auto parsed = text_forms::parse_base64(text, bytes);
      return parsed ? Parsed<Bound>{Bound{kBytea, std::string{hashing::as_text(bytes.view())}, true}}
                    : Parsed<Bound>{tl::unexpected{parsed.error()}};
    }
    case Type::date:
      return bind_date(text);
    case Type::time:
      return bind_moment(kTime, text_forms::parse_time(text), 0);
    case Type::timestamp:
      return bind_moment(kTimestamp, text_forms::parse_timestamp(text), kEpochSeconds);
    case Type::timestamptz:
      return bind_moment(kTimestamptz, text_forms::parse_timestamptz(text), kEpochSeconds);
    case Type::uuid: {
      const auto parsed = text_forms::parse_uuid(text);
      return parsed ? Parsed<Bound>{Bound{kUuid, std::string{text}, false}}
                    : Parsed<Bound>{tl::unexpected{parsed.error()}};
    }
    case Type::null:
      return refuse("the type null has no values");
    case Type::text:
    case Type::any:
      return Bound{oid_of(type), std::string{text}, false};
    case Type::list:
    case Type::map:
      break;
  }
  return refuse("lists and maps cannot be bound");
}

}  // namespace

Result<BoundParameters> BoundParameters::bind(const std::vector<sql::Parameter>& parameters) {
  BoundParameters bound;
  for (const sql::Parameter& parameter : parameters) {
    const Type type = parameter.type.value_or(Type::any);
    Bound value{oid_of(type), {}, false};
    if (parameter.value) {
      const auto parsed = bind_value(type, *parameter.value);
      std::optional<Refused> refused;
      if (!parsed) {
        refused = parsed.error();
      } else if (!parsed->binary && (parsed->value.find('\0') != std::string::npos || !is_valid_utf8(parsed->value))) {
        refused = Refused{"not a text that PostgreSQL takes", ErrorCode::bad_input};
      }
      if (refused) {
        return fail(refused->code, "the parameter " + parameter.name + ": " + std::string{refused->reason});
      }
      value = *parsed;
    }
    bound.types_.push_back(value.type);
    bound.lengths_.push_back(static_cast<int>(value.value.size()));
    bound.formats_.push_back(value.binary ? 1 : 0);
    bound.values_.push_back(parameter.value ? std::optional{std::move(value.value)} : std::nullopt);
  }
  return bound;
}

const char* const* BoundParameters::values() {
  pointers_.clear();
  for (const auto& value : values_) {
    pointers_.push_back(value ? value->c_str() : nullptr);
  }
  return pointers_.data();
}

}  // namespace rowprint::postgres
