#include "connectors/http/line_parser.hpp"

#include "connectors/http/json_number.hpp"
#include "connectors/http/json_text.hpp"
#include "connectors/http/json_tokens.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace rowprint {
namespace {

using simdjson::SUCCESS;
namespace ondemand = simdjson::ondemand;

/// Fits every key of which a guess is worth while into one comparison.
constexpr std::size_t kHeadBytes = 16;

std::uint64_t load(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

bool must_be_escaped(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

}  // namespace

LineParser::LineParser(BatchBuilder& builder) : builder_(builder), cells_(builder) {}

void LineParser::declare(std::uint32_t ordinal, Type type) {
  meet_columns();
  columns_[ordinal].type = type;
}

LineParser::Column::Column(std::string_view name) {
  if (std::ranges::any_of(name, must_be_escaped)) {
    // No raw key has sixteen NULs: it is always looked up.
    mask = {~std::uint64_t{0}, ~std::uint64_t{0}};
    return;
  }
  std::string raw{name};
  raw.push_back('"');
  std::array<char, kHeadBytes> bytes{};
  std::array<char, kHeadBytes> present{};
  const std::size_t head_size = std::min(raw.size(), kHeadBytes);
  std::memcpy(bytes.data(), raw.data(), head_size);
  std::memset(present.data(), 0xff, head_size);
  head = {load(bytes.data()), load(bytes.data() + 8)};
  mask = {load(present.data()), load(present.data() + 8)};
  tail = raw.substr(head_size);
}

bool LineParser::Column::is_at(const char* raw_key, const char* line_end) const {
  const std::uint64_t differing = ((load(raw_key) ^ head[0]) & mask[0]) | ((load(raw_key + 8) ^ head[1]) & mask[1]);
  if (differing != 0 || tail.empty()) {
    return differing == 0;
  }
  const auto room = static_cast<std::size_t>(line_end - raw_key);
  return room >= kHeadBytes + tail.size() && std::memcmp(raw_key + kHeadBytes, tail.data(), tail.size()) == 0;
}

bool LineParser::parse(std::string_view line, bool may_have_escapes) {
  has_escapes_ = may_have_escapes;
  if (line.size() > kKeptLineBytes) {
    ondemand::parser parser;
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
  ondemand::document document;
  ondemand::object row;
  if (parser.iterate(line, line.size() + simdjson::SIMDJSON_PADDING).get(document) != SUCCESS ||
      document.get_object().get(row) != SUCCESS) {
    return false;
  }
  std::uint32_t previous = kNone;
  for (auto field_result : row) {
    if (field_result.error() != SUCCESS) {
      return false;
    }
    // In place: a copy would wait for what has just been written in smaller pieces.
    ondemand::field&& field = std::move(field_result).value_unsafe();
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
  Followers& followers = previous == kNone ? first_ : columns_[previous].followers;
  if (followers.last != kNone && columns_[followers.last].is_at(raw_key, line_end_)) {
    return followers.last;
  }
  if (followers.before == kNone || !columns_[followers.before].is_at(raw_key, line_end_)) {
    const std::uint32_t found = look_up(raw_key);
    // look_up() may have met new columns, and moved the old ones.
    Followers& again = previous == kNone ? first_ : columns_[previous].followers;
    again.before = std::exchange(again.last, found);
    return found;
  }
  std::swap(followers.last, followers.before);
  return followers.last;
}

std::uint32_t LineParser::look_up(const char* raw_key) {
  const std::optional<std::string_view> name = key_text(raw_key);
  if (!name) {
    return kNone;
  }
  const Result<std::uint32_t> ordinal = builder_.column(*name);
  if (!ordinal) {
    return kNone;
  }
  meet_columns();
  return *ordinal;
}

void LineParser::meet_columns() {
  const ColumnTable& table = builder_.columns();
  while (columns_.size() < table.size()) {
    columns_.emplace_back(table.name(columns_.size()));
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
      return set_number(ordinal, token.data());
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

bool LineParser::set_number(std::uint32_t ordinal, const char* begin) {
  const ScannedNumber number = scan_number(begin);
  if (number.token.empty()) {
    return false;
  }
  const Type type = columns_[ordinal].type;
  const Type own_type = number.is_float ? Type::floating : Type::integer;
  if (number.has_value && (type == Type::any || type == own_type)) {
    builder_.set(ordinal, number.is_float ? Cell::floating(number.floating) : Cell::integer(number.integer));
    return true;
  }
  const auto cell = cells_.from_number(number.token, type);
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

}  // namespace rowprint
