#include "connectors/sqlite/parameters.hpp"

#include "ingest/model/text_forms.hpp"
#include "ingest/model/utf8.hpp"

#include <fmt/format.h>

#include <sqlite3.h>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

namespace rowprint::sqlite_file {
namespace {

using text_forms::Parsed;
using text_forms::refuse;
using text_forms::Refused;

/// One parameter of a statement. What is bound is copied.
class Place {
 public:
  Place(sqlite3_stmt* statement, int index) : statement_(statement), index_(index) {}

  int null() { return sqlite3_bind_null(statement_, index_); }
  int integer(std::int64_t value) { return sqlite3_bind_int64(statement_, index_, value); }
  int floating(double value) { return sqlite3_bind_double(statement_, index_, value); }
  int text(std::string_view value) {
    return sqlite3_bind_text64(statement_, index_, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  int bytes(hashing::ByteView value) {
    return value.empty() ? sqlite3_bind_zeroblob(statement_, index_, 0)
                         : sqlite3_bind_blob64(statement_, index_, value.data(), value.size(), SQLITE_TRANSIENT);
  }

 private:
  sqlite3_stmt* statement_;
  int index_;
};

Parsed<std::int64_t> parse_integer(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.empty() || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
    return refuse("not an integer");
  }
  std::int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
    return refuse("an integer beyond the 64 bits that SQLite has", ErrorCode::unsupported_value);
  }
  return value;
}

Parsed<double> parse_float(std::string_view text) {
  if (text == "Infinity" || text == "-Infinity") {
    const double infinity = std::numeric_limits<double>::infinity();
    return text.starts_with('-') ? -infinity : infinity;
  }
  if (text == "NaN") {
    return refuse("SQLite has no NaN", ErrorCode::unsupported_value);
  }
  const auto parts = text_forms::parse_decimal(text);
  if (!parts) {
    return refuse("not a number");
  }
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool rounds_to_zero = value == 0 && parts->digits.find_first_of("123456789") != std::string::npos;
  if (parsed.ec != std::errc{} || !std::isfinite(value) || rounds_to_zero) {
    return refuse("a number beyond the range of a float", ErrorCode::unsupported_value);
  }
  return value;
}

Parsed<bool> parse_bool(std::string_view text) {
  if (text != "true" && text != "false") {
    return refuse("neither true nor false");
  }
  return text == "true";
}

template <typename T>
Parsed<void> only_checked(const Parsed<T>& parsed) {
  return parsed ? Parsed<void>{} : tl::unexpected{parsed.error()};
}

/// Whether a text is of a type that SQLite keeps as text.
Parsed<void> check_form(std::string_view text, Type type) {
  switch (type) {
    case Type::text:
      return is_valid_utf8(text) ? Parsed<void>{} : refuse("not valid UTF-8");
    case Type::decimal:
      return only_checked(text_forms::parse_decimal(text));
    case Type::date:
      return only_checked(text_forms::parse_date(text));
    case Type::time:
      return only_checked(text_forms::parse_time(text));
    case Type::timestamp:
      return only_checked(text_forms::parse_timestamp(text));
    case Type::timestamptz:
      return only_checked(text_forms::parse_timestamptz(text));
    case Type::uuid:
      return only_checked(text_forms::parse_uuid(text));
    case Type::null:
      return refuse("a value for a null");
    default:
      return refuse("SQLite has no parameters of that type");
  }
}

/// SQLite's code.
Parsed<int> bind_value(Place place, std::string_view text, Type type) {
  switch (type) {
    case Type::boolean:
      return parse_bool(text).map([&](bool value) { return place.integer(value ? 1 : 0); });
    case Type::integer:
      return parse_integer(text).map([&](std::int64_t value) { return place.integer(value); });
    case Type::floating:
      return parse_float(text).map([&](double value) { return place.floating(value); });
    case Type::bytes: {
      hashing::ByteBuffer bytes;
      return text_forms::parse_base64(text, bytes).map([&] { return place.bytes(bytes.view()); });
    }
    default:
      return check_form(text, type).map([&] { return place.text(text); });
  }
}

Result<void> bind_one(Place place, const sql::Parameter& parameter) {
  const Type type = parameter.type.value_or(Type::text);
  const Parsed<int> code = parameter.value ? bind_value(place, *parameter.value, type) : Parsed<int>{place.null()};
  if (!code) {
    return fail(code.error().code, fmt::format("the parameter {} is not what SQLite takes as {}: {}", parameter.name,
                                               to_string(type), code.error().reason));
  }
  if (*code == SQLITE_TOOBIG) {
    return fail(ErrorCode::limit_exceeded, fmt::format("the parameter {} is too long", parameter.name));
  }
  if (*code != SQLITE_OK) {
    return fail(*code == SQLITE_NOMEM ? ErrorCode::busy : ErrorCode::internal,
                fmt::format("the parameter {}: {}", parameter.name, sqlite3_errstr(*code)));
  }
  return {};
}

Result<void> check_names(const std::vector<sql::Parameter>& parameters) {
  for (auto parameter = parameters.begin(); parameter != parameters.end(); ++parameter) {
    if (std::ranges::find(parameters, parameter->name, &sql::Parameter::name) != parameter) {
      return fail(ErrorCode::bad_input, fmt::format("the parameter {} is given twice", parameter->name));
    }
  }
  return {};
}

}  // namespace

Result<void> bind_parameters(sqlite3_stmt* statement, const std::vector<sql::Parameter>& parameters) {
  if (auto checked = check_names(parameters); !checked) {
    return checked;
  }
  std::vector<bool> used(parameters.size());
  const int count = sqlite3_bind_parameter_count(statement);
  for (int index = 1; index <= count; ++index) {
    const char* placeholder = sqlite3_bind_parameter_name(statement, index);
    const std::string_view name = placeholder != nullptr ? placeholder : "?";
    if (!name.starts_with(':')) {
      return fail(ErrorCode::bad_input, fmt::format("parameters have names: write :name instead of {}", name));
    }
    const auto parameter = std::ranges::find(parameters, name.substr(1), &sql::Parameter::name);
    if (parameter == parameters.end()) {
      return fail(ErrorCode::bad_input, fmt::format("the query asks for {}, which has no value", name));
    }
    used[static_cast<std::size_t>(parameter - parameters.begin())] = true;
    if (auto bound = bind_one({statement, index}, *parameter); !bound) {
      return bound;
    }
  }
  const auto unused = std::ranges::find(used, false);
  if (unused != used.end()) {
    const auto& parameter = parameters[static_cast<std::size_t>(unused - used.begin())];
    return fail(ErrorCode::bad_input, fmt::format("the query does not use the parameter {}", parameter.name));
  }
  return {};
}

}  // namespace rowprint::sqlite_file
