#include "connectors/http/line_parser.hpp"

#include "connectors/http/json_text.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace rowprint {
namespace {

using simdjson::SUCCESS;
namespace ondemand = simdjson::ondemand;

constexpr std::size_t kShortDigits = 18;  // always fit 64 bits

bool is_json_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool ends_number(char c) {
  return c == ',' || c == '}' || c == ']' || is_json_space(c);
}

/// A token that simdjson cut where the next one begins, without the white space between.
std::string_view trimmed(std::string_view token) {
  while (!token.empty() && is_json_space(token.back())) {
    token.remove_suffix(1);
  }
  return token;
}

/// What stands between the quotes of a string token.
std::string_view between_quotes(std::string_view token) {
  const std::string_view text = trimmed(token);
  return text.substr(1, text.size() - 2);
}

/// The end of the raw key that begins at `begin`: its closing quote, which is there (simdjson has found the strings
/// closed).
const char* closing_quote(const char* begin) {
  while (*begin != '"') {
    begin += *begin == '\\' ? 2 : 1;
  }
  return begin;
}

struct NumberToken {
  std::string_view text;  ///< empty: not a number
  bool is_float = false;
};

/// The number that `token` begins with: RFC 8259 section 6.
NumberToken number_token(std::string_view token) {
  const char* const begin = token.data();
  const char* next = begin + (*begin == '-' ? 1 : 0);
  const auto skip_digits = [&next] {
    const char* const first = next;
    while (*next >= '0' && *next <= '9') {
      ++next;
    }
    return next - first;
  };
  const bool leading_zero = *next == '0';
  const std::ptrdiff_t whole = skip_digits();
  if (whole == 0 || (leading_zero && whole > 1)) {
    return {};
  }
  const char* const whole_end = next;
  if (*next == '.') {
    ++next;
    if (skip_digits() == 0) {
      return {};
    }
  }
  if (*next == 'e' || *next == 'E') {
    ++next;
    next += *next == '+' || *next == '-' ? 1 : 0;
    if (skip_digits() == 0) {
      return {};
    }
  }
  if (!ends_number(*next)) {
    return {};
  }
  return {{begin, static_cast<std::size_t>(next - begin)}, next != whole_end};
}

}  // namespace

LineParser::LineParser(BatchBuilder& builder) : builder_(builder), cells_(builder) {}

void LineParser::declare(std::uint32_t ordinal, Type type) {
  meet_columns();
  columns_[ordinal].type = type;
}

bool LineParser::parse(std::string_view line) {
  if (line.size() > kKeptLineBytes) {
    simdjson::ondemand::parser parser;
    return parser.allocate(line.size()) == SUCCESS && parse_with(parser, line);
  }
  if (line.size() > parser_bytes_) {
    const std::size_t bytes = std::bit_ceil(line.size());
    if (parser_.allocate(bytes) != SUCCESS) {
      return false;
    }
    parser_bytes_ = bytes;
  }
  return parse_with(parser_, line);
}

bool LineParser::parse_with(simdjson::ondemand::parser& parser, std::string_view line) {
  ++line_;
  line_end_ = line.data() + line.size();
  has_escapes_ = line.find('\\') != std::string_view::npos;
  ondemand::document document;
  ondemand::object row;
  if (parser.iterate(line, line.size() + simdjson::SIMDJSON_PADDING).get(document) != SUCCESS ||
      document.get_object().get(row) != SUCCESS) {
    return false;
  }
  std::uint32_t previous = kNone;
  for (auto field_result : row) {
    ondemand::field field;
    if (std::move(field_result).get(field) != SUCCESS) {
      return false;
    }
    const std::uint32_t ordinal = find_column(field.key().raw(), previous);
    if (ordinal == kNone || columns_[ordinal].last_line == line_) {
      return false;
    }
    columns_[ordinal].last_line = line_;
    previous = ordinal;
    if (!set_value(ordinal, field.value())) {
      return false;
    }
  }
  // Every token has been walked, or something stands behind the row.
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

std::uint32_t LineParser::find_column(const char* raw_key, std::uint32_t previous) {
  const std::uint32_t guess = previous == kNone ? first_ : columns_[previous].follower;
  if (guess != kNone) {
    const std::string& expected = columns_[guess].raw_key;
    const auto room = static_cast<std::size_t>(line_end_ - raw_key);
    if (!expected.empty() && expected.size() <= room && std::memcmp(raw_key, expected.data(), expected.size()) == 0) {
      return guess;
    }
  }
  const std::uint32_t found = look_up(raw_key);
  (previous == kNone ? first_ : columns_[previous].follower) = found;
  return found;
}

std::uint32_t LineParser::look_up(const char* raw_key) {
  std::string_view name{raw_key, static_cast<std::size_t>(closing_quote(raw_key) - raw_key)};
  if (has_escapes_) {
    unescaped_.resize(name.size());
    const auto size = unescape(name, unescaped_.data());
    if (!size) {
      return kNone;
    }
    unescaped_.resize(*size);
    name = unescaped_;
  }
  const Result<std::uint32_t> ordinal = builder_.column(name);
  if (!ordinal) {
    return kNone;
  }
  meet_columns();
  return *ordinal;
}

void LineParser::meet_columns() {
  const ColumnTable& table = builder_.columns();
  while (columns_.size() < table.size()) {
    const std::string& name = table.name(columns_.size());
    Column& column = columns_.emplace_back();
    if (name.find_first_of("\"\\") == std::string::npos) {
      column.raw_key = name + '"';
    }
  }
}

bool LineParser::set_value(std::uint32_t ordinal, Value& value) {
  const std::string_view token = value.raw_json_token();
  const Type type = columns_[ordinal].type;
  bool held = false;
  switch (token.front()) {
    case '"':
      return set_text(ordinal, value, token);
    case '{':
      return JsonCells::takes_map(type).has_value() && set_nested(ordinal, value, Kind::map);
    case '[':
      return JsonCells::takes_list(type).has_value() && set_nested(ordinal, value, Kind::list);
    case 't':
    case 'f':
      if (!JsonCells::takes_bool(type) || value.get_bool().get(held) != SUCCESS) {
        return false;
      }
      builder_.set(ordinal, Cell::boolean(held));
      return true;
    case 'n':
      return value.is_null().get(held) == SUCCESS && held;
    default:
      return set_number(ordinal, token);
  }
}

bool LineParser::set_text(std::uint32_t ordinal, Value& value, std::string_view token) {
  ondemand::raw_json_string raw;
  if (value.get_raw_json_string().get(raw) != SUCCESS) {
    return false;
  }
  std::string_view text = between_quotes(token);
  if (has_escapes_ && text.find('\\') != std::string_view::npos) {
    char* const room = reinterpret_cast<char*>(builder_.room(text.size()));
    const auto size = unescape(text, room);
    if (!size) {
      return false;
    }
    text = {room, *size};
  }
  const Type type = columns_[ordinal].type;
  if (type == Type::any || type == Type::text) {
    builder_.set(ordinal, Cell::text(text));
    return true;
  }
  const auto cell = cells_.from_text(text, type);
  if (!cell) {
    return false;
  }
  builder_.set(ordinal, *cell);
  return true;
}

bool LineParser::set_number(std::uint32_t ordinal, std::string_view token) {
  const NumberToken number = number_token(token);
  if (number.text.empty()) {
    return false;
  }
  const Type type = columns_[ordinal].type;
  if (!number.is_float && number.text.size() <= kShortDigits && (type == Type::any || type == Type::integer)) {
    const bool negative = number.text.front() == '-';
    std::int64_t value = 0;
    for (const char digit : number.text.substr(negative ? 1 : 0)) {
      value = value * 10 + (digit - '0');
    }
    builder_.set(ordinal, Cell::integer(negative ? -value : value));
    return true;
  }
  const auto cell = cells_.from_number(number.text, type);
  if (!cell) {
    return false;
  }
  builder_.set(ordinal, *cell);
  return true;
}

bool LineParser::set_nested(std::uint32_t ordinal, Value& value, Kind kind) {
  nested_.clear();
  entries_.clear();
  if (!put(value, 0)) {
    return false;
  }
  builder_.set(ordinal, Cell::canonical(kind, builder_.keep(nested_.view())));
  return true;
}

bool LineParser::put(Value& value, int containers) {
  const std::string_view token = value.raw_json_token();
  bool held = false;
  switch (token.front()) {
    case '"':
      return put_text(value, token);
    case '{':
      return put_map(value, containers);
    case '[':
      return put_list(value, containers);
    case 't':
    case 'f':
      if (value.get_bool().get(held) != SUCCESS) {
        return false;
      }
      hashing::put_bool(nested_, held);
      return true;
    case 'n':
      if (value.is_null().get(held) != SUCCESS || !held) {
        return false;
      }
      hashing::put_null(nested_);
      return true;
    default: {
      const NumberToken number = number_token(token);
      if (number.text.empty()) {
        return false;
      }
      if (!number.is_float) {
        return put_integer_token(nested_, number.text).has_value();
      }
      const auto parsed = parse_float(number.text);
      if (!parsed) {
        return false;
      }
      hashing::put_float(nested_, *parsed);
      return true;
    }
  }
}

bool LineParser::put_text(Value& value, std::string_view token) {
  ondemand::raw_json_string raw;
  if (value.get_raw_json_string().get(raw) != SUCCESS) {
    return false;
  }
  std::string_view text = between_quotes(token);
  if (has_escapes_) {
    unescaped_.resize(text.size());
    const auto size = unescape(text, unescaped_.data());
    if (!size) {
      return false;
    }
    text = std::string_view{unescaped_}.substr(0, *size);
  }
  hashing::put_text(nested_, text);
  return true;
}

bool LineParser::put_list(Value& value, int containers) {
  ondemand::array list;
  if (containers == hashing::kDepthMax || value.get_array().get(list) != SUCCESS) {
    return false;
  }
  const std::size_t begin = nested_.size();
  std::uint64_t count = 0;
  for (auto item_result : list) {
    Value item;
    if (std::move(item_result).get(item) != SUCCESS || !put(item, containers + 1)) {
      return false;
    }
    ++count;
  }
  // The head comes first but its length depends on the count: the items make room for it.
  const std::size_t items_end = nested_.size();
  hashing::put_list(nested_, count);
  std::array<std::uint8_t, 9> head{};
  const std::size_t head_size = nested_.size() - items_end;
  std::memcpy(head.data(), nested_.data() + items_end, head_size);
  std::memmove(nested_.data() + begin + head_size, nested_.data() + begin, items_end - begin);
  std::memcpy(nested_.data() + begin, head.data(), head_size);
  return true;
}

bool LineParser::put_map(Value& value, int containers) {
  ondemand::object map;
  if (containers == hashing::kDepthMax || value.get_object().get(map) != SUCCESS) {
    return false;
  }
  const std::size_t begin = nested_.size();
  const std::size_t first_entry = entries_.size();
  for (auto field_result : map) {
    ondemand::field field;
    if (std::move(field_result).get(field) != SUCCESS) {
      return false;
    }
    hashing::MapEntry entry{nested_.size(), 0, 0};
    const char* const raw_key = field.key().raw();
    std::string_view key{raw_key, static_cast<std::size_t>(closing_quote(raw_key) - raw_key)};
    if (has_escapes_) {
      unescaped_.resize(key.size());
      const auto size = unescape(key, unescaped_.data());
      if (!size) {
        return false;
      }
      key = std::string_view{unescaped_}.substr(0, *size);
    }
    hashing::put_text(nested_, key);
    entry.value_begin = nested_.size();
    if (!put(field.value(), containers + 1)) {
      return false;
    }
    entry.value_end = nested_.size();
    entries_.push_back(entry);
  }
  const std::span<hashing::MapEntry> entries = std::span{entries_}.subspan(first_entry);
  const hashing::Refusal refusal = hashing::close_map(nested_, begin, entries);
  entries_.resize(first_entry);
  return refusal == hashing::Refusal::none;
}

}  // namespace rowprint
