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

LineParser::LineParser(BatchBuilder& builder, int nesting_max)
    : builder_(builder), nesting_max_(nesting_max), cells_(builder) {}

void LineParser::declare(std::uint32_t ordinal, Type type) {
  meet_columns();
  columns_[ordinal].type = type;
}

LineParser::Column::Column(std::uint32_t number, std::string_view name) : ordinal(number) {
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
  // The walk may be past the line, where that is no row.
  return line_end - raw_key >= static_cast<std::ptrdiff_t>(kHeadBytes + tail.size()) &&
         std::memcmp(raw_key + kHeadBytes, tail.data(), tail.size()) == 0;
}

void LineParser::look_ahead(std::string_view lines) {
  ahead_end_ = nullptr;
  // Where a line among them has something in it that is no token, each is to be judged by itself.
  if (const std::optional<TokenWalk> walk = lines.empty() ? std::nullopt : finder_.find(lines)) {
    walk_ = *walk;
    ahead_end_ = lines.data() + lines.size();
  }
}

bool LineParser::parse(std::string_view line, bool may_have_escapes) {
  has_escapes_ = may_have_escapes;
  line_end_ = line.data() + line.size();
  if (!find_tokens(line)) {
    return false;
  }
  const bool is_row = take_row();
  if (ahead_end_ == nullptr) {
    finder_.shrink();
  }
  return is_row;
}

bool LineParser::find_tokens(std::string_view line) {
  if (ahead_end_ != nullptr && walk_.place() >= line.data() && line_end_ <= ahead_end_) {
    return true;
  }
  ahead_end_ = nullptr;
  const std::optional<TokenWalk> walk = finder_.find(line);
  walk_ = walk.value_or(TokenWalk{});
  return walk.has_value();
}

/// The tokens of other lines may come behind those of this one: the row must end before they begin.
bool LineParser::take_row() {
  ++line_;
  const char* token = walk_.next();
  if (*token != '{') {
    return false;
  }
  Followers* followers = &first_;
  for (token = walk_.next(); *token != '}'; token = walk_.next()) {
    if (followers != &first_) {
      if (*token != ',') {
        return false;
      }
      token = walk_.next();
    }
    if (*token != '"' || *walk_.next() != ':') {
      return false;
    }
    Column* const column = column_at(token + 1, *followers);
    if (column == nullptr || column->last_line == line_ || !set_value(*column, walk_.next())) {
      return false;
    }
    column->last_line = line_;
    followers = &column->followers;
  }
  return token < line_end_ && walk_.place() >= line_end_;
}

inline LineParser::Column* LineParser::column_at(const char* raw_key, Followers& followers) {
  if (followers.last != nullptr && followers.last->is_at(raw_key, line_end_)) {
    return followers.last;
  }
  return find_column(raw_key, followers);
}

LineParser::Column* LineParser::find_column(const char* raw_key, Followers& followers) {
  if (followers.before == nullptr || !followers.before->is_at(raw_key, line_end_)) {
    followers.before = look_up(raw_key);
  }
  std::swap(followers.last, followers.before);
  return followers.last;
}

LineParser::Column* LineParser::look_up(const char* raw_key) {
  const std::optional<std::string_view> name = key_text(raw_key);
  if (!name) {
    return nullptr;
  }
  const Result<std::uint32_t> ordinal = builder_.column(*name);
  if (!ordinal) {
    return nullptr;
  }
  meet_columns();
  return &columns_[*ordinal];
}

void LineParser::meet_columns() {
  const ColumnTable& table = builder_.columns();
  while (columns_.size() < table.size()) {
    const auto ordinal = static_cast<std::uint32_t>(columns_.size());
    columns_.emplace_back(ordinal, table.name(ordinal));
  }
}

[[gnu::always_inline]] inline bool LineParser::set_value(const Column& column, const char* token) {
  switch (*token) {
    case '"':
      return set_text(column, walk_.between_quotes(token));
    case '{':
      return JsonCells::takes_map(column.type).has_value() && set_nested(column, token, Kind::map);
    case '[':
      return JsonCells::takes_list(column.type).has_value() && set_nested(column, token, Kind::list);
    case 't':
    case 'f':
      builder_.set(column.ordinal, Cell::boolean(*token == 't'));
      return JsonCells::takes_bool(column.type).has_value() && is_literal(token);
    case 'n':
      return is_literal(token);
    default:
      return set_number(column, token);
  }
}

inline bool LineParser::set_text(const Column& column, std::string_view raw) {
  std::string_view text = raw;
  if (has_escapes_ && raw.find('\\') != std::string_view::npos) {
    char* const room = reinterpret_cast<char*>(builder_.room(raw.size()));
    const auto size = unescape(raw, room);
    if (!size) {
      return false;
    }
    text = {room, *size};
  }
  const Type type = column.type;
  if (type == Type::any || type == Type::text) {
    builder_.set(column.ordinal, Cell::text(text));
    return true;
  }
  const auto cell = cells_.from_text(text, type);
  if (!cell) {
    return false;
  }
  builder_.set(column.ordinal, *cell);
  return true;
}

inline bool LineParser::set_number(const Column& column, const char* begin) {
  const ScannedNumber number = scan_number(begin);
  if (number.token.empty()) {
    return false;
  }
  const Type type = column.type;
  const Type own_type = number.is_float ? Type::floating : Type::integer;
  if (number.has_value && (type == Type::any || type == own_type)) {
    builder_.set(column.ordinal, number.is_float ? Cell::floating(number.floating) : Cell::integer(number.integer));
    return true;
  }
  const auto cell = cells_.from_number(number.token, type);
  if (!cell) {
    return false;
  }
  builder_.set(column.ordinal, *cell);
  return true;
}

bool LineParser::set_nested(const Column& column, const char* token, Kind kind) {
  nested_.clear();
  entries_.clear();
  if (!put(token, 0)) {
    return false;
  }
  builder_.set(column.ordinal, Cell::canonical(kind, builder_.keep(nested_.view())));
  return true;
}

}  // namespace rowprint
