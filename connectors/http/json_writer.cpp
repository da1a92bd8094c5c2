#include "connectors/http/json_writer.hpp"

#include "ingest/model/text_forms.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace rowprint {
namespace {

using hashing::CanonicalReader;
using hashing::Item;

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kNothing;

void put_integer(std::string& out, std::int64_t value) {
  std::array<char, 24> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), written.ptr);
}

void put_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out.append("\\\"");
      return;
    case '\\':
      out.append("\\\\");
      return;
    case '\b':
      out.append("\\b");
      return;
    case '\f':
      out.append("\\f");
      return;
    case '\n':
      out.append("\\n");
      return;
    case '\r':
      out.append("\\r");
      return;
    case '\t':
      out.append("\\t");
      return;
    default:
      out.append("\\u00");
      out.push_back(kHex[static_cast<unsigned char>(c) >> 4U]);
      out.push_back(kHex[static_cast<unsigned char>(c) & 15U]);
  }
}

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

std::string_view name_of_infinity_or_nan(double value) {
  return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/// A number as digits: `123`, `1.5`, `1e400`; an integer that came as a decimal has no point.
void put_decimal_item(std::string& out, const Item& item) {
  switch (item.kind) {
    case Item::Kind::integer:
      return put_integer(out, item.integer);
    case Item::Kind::floating:
      out.append(name_of_infinity_or_nan(item.floating));
      return;
    case Item::Kind::decimal:
      return text_forms::format_decimal(out, hashing::integer_digits(item.negative, item.bytes), item.integer);
    default:
      out.append(hashing::integer_digits(item.negative, item.bytes));
  }
}

std::string_view put_item(std::string& out, CanonicalReader& reader);

std::string_view put_list(std::string& out, CanonicalReader& reader, std::uint64_t count) {
  out.push_back('[');
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i != 0) {
      out.push_back(',');
    }
    if (const std::string_view refused = put_item(out, reader); !refused.empty()) {
      return refused;
    }
  }
  out.push_back(']');
  return kNothing;
}

std::string_view put_map(std::string& out, CanonicalReader& reader, std::uint64_t count) {
  out.push_back('{');
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i != 0) {
      out.push_back(',');
    }
    const std::optional<Item> key = reader.read();
    if (!key) {
      return reader.reason();
    }
    put_json_string(out, hashing::as_text(key->bytes));
    out.push_back(':');
    if (const std::string_view refused = put_item(out, reader); !refused.empty()) {
      return refused;
    }
  }
  out.push_back('}');
  return kNothing;
}

std::string_view put_float(std::string& out, double value) {
  if (!std::isfinite(value)) {
    return std::isnan(value) ? "NaN" : "an infinity";
  }
  text_forms::format_float(out, value);
  return kNothing;
}

/// The next item, without a column's type to read it back by: only what JSON itself can say.
std::string_view put_item(std::string& out, CanonicalReader& reader) {
  const std::optional<Item> item = reader.read();
  if (!item) {
    return reader.reason();
  }
  switch (item->kind) {
    case Item::Kind::null:
      out.append("null");
      return kNothing;
    case Item::Kind::boolean:
      out.append(item->boolean ? "true" : "false");
      return kNothing;
    case Item::Kind::integer:
    case Item::Kind::big_integer:
      put_decimal_item(out, *item);
      return kNothing;
    case Item::Kind::floating:
      return put_float(out, item->floating);
    case Item::Kind::text:
      put_json_string(out, hashing::as_text(item->bytes));
      return kNothing;
    case Item::Kind::list:
      return put_list(out, reader, item->count);
    case Item::Kind::map:
      return put_map(out, reader, item->count);
    case Item::Kind::decimal:
      return "a decimal";
    case Item::Kind::bytes:
      return "bytes";
    case Item::Kind::date:
      return "a date";
    case Item::Kind::time:
      return "a time of day";
    case Item::Kind::timestamp:
    case Item::Kind::timestamptz:
      return "a time stamp";
    case Item::Kind::uuid:
      return "a UUID";
  }
  return kNothing;
}

/// Values of the types that JSON has no form for, as text in quotes.
void put_quoted(std::string& out, const Cell& cell) {
  const text_forms::Moment moment{cell.integer(), cell.nanoseconds()};
  out.push_back('"');
  switch (cell.kind()) {
    case Kind::bytes:
      text_forms::format_base64(out, cell.bytes());
      break;
    case Kind::uuid:
      text_forms::format_uuid(out, cell.bytes());
      break;
    case Kind::date:
      text_forms::format_date(out, cell.integer());
      break;
    case Kind::time:
      text_forms::format_time(out, moment);
      break;
    case Kind::timestamp:
      text_forms::format_timestamp(out, moment);
      break;
    case Kind::timestamptz:
      text_forms::format_timestamptz(out, moment);
      break;
    case Kind::decimal:
      put_decimal_item(out, *CanonicalReader{cell.bytes()}.read());
      break;
    default:
      out.append(name_of_infinity_or_nan(cell.floating()));
  }
  out.push_back('"');
}

std::string_view unsayable(Kind kind) {
  switch (kind) {
    case Kind::decimal:
      return "a decimal";
    case Kind::bytes:
      return "bytes";
    case Kind::date:
      return "a date";
    case Kind::time:
      return "a time of day";
    case Kind::timestamp:
    case Kind::timestamptz:
      return "a time stamp";
    default:
      return "a UUID";
  }
}

}  // namespace

void put_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (needs_escape(text[i])) {
      out.append(text.substr(begin, i - begin));
      put_escape(out, text[i]);
      begin = i + 1;
    }
  }
  out.append(text.substr(begin));
  out.push_back('"');
}

std::string json_string(std::string_view text) {
  std::string out;
  put_json_string(out, text);
  return out;
}

std::string_view put_json_cell(std::string& out, const Cell& cell, Type type) {
  switch (cell.kind()) {
    case Kind::null:
      out.append("null");
      return kNothing;
    case Kind::boolean:
      out.append(cell.boolean() ? "true" : "false");
      return kNothing;
    case Kind::integer:
      put_integer(out, cell.integer());
      return kNothing;
    case Kind::text:
      put_json_string(out, cell.text());
      return kNothing;
    case Kind::floating:
      if (type == Type::any || std::isfinite(cell.floating())) {
        return put_float(out, cell.floating());
      }
      put_quoted(out, cell);
      return kNothing;
    case Kind::big_integer:
    case Kind::list:
    case Kind::map: {
      CanonicalReader reader{cell.bytes()};
      return put_item(out, reader);
    }
    default:
      if (type == Type::any) {
        return unsayable(cell.kind());
      }
      put_quoted(out, cell);
      return kNothing;
  }
}

}  // namespace rowprint
