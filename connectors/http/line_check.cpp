#include "connectors/http/line_check.hpp"

#include "connectors/http/json_text.hpp"
#include "connectors/http/json_writer.hpp"
#include "ingest/model/ascii.hpp"
#include "ingest/model/utf8.hpp"

#include <algorithm>
#include <utility>

namespace rowprint {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

/// Where the raw text of a string ends, and what is wrong there if it is not its closing quote.
struct RawEnd {
  std::size_t position;
  std::string_view reason;
  bool ran_out = false;  ///< the line ends before the string does
};

RawEnd find_raw_end(std::string_view line, std::size_t begin) {
  std::size_t end = begin;
  while (end < line.size() && line[end] != '"' && !is_control(line[end])) {
    end += line[end] == '\\' ? 2 : 1;
  }
  end = std::min(end, line.size());
  const bool ran_out = end == line.size();
  if (const auto invalid = find_invalid_utf8(line.substr(begin, end - begin))) {
    return {begin + *invalid, "invalid UTF-8", ran_out};
  }
  if (ran_out) {
    return {end, "a string that is not closed", true};
  }
  return {end, line[end] == '"' ? "" : "a control character that is not escaped"};
}

}  // namespace

LineCheck::LineCheck(std::string_view line, const ColumnTable& known, const Schema& declared, std::size_t columns_max,
                     int nesting_max)
    : line_(line), known_(known), declared_(declared), columns_max_(columns_max), nesting_max_(nesting_max) {}

std::optional<Error> LineCheck::first_error() {
  row();
  return error_;
}

bool LineCheck::row() {
  skip_space();
  if (peek() != '{') {
    return wrong_here("a row must be a JSON object");
  }
  ++position_;
  skip_space();
  Keys columns;
  if (peek() == '}') {
    ++position_;
  } else {
    for (bool more = true; more;) {
      if (!column(columns) || !comma_or('}', more)) {
        return false;
      }
      path_.pop_back();
    }
  }
  skip_space();
  return at_end() || wrong_here("something after the row");
}

bool LineCheck::column(Keys& columns) {
  skip_space();
  const std::size_t offset = position_;
  std::string name;
  if (peek() != '"') {
    return wrong_here("not a column name in quotes");
  }
  if (!text(name)) {
    return false;
  }
  path_.emplace_back(name);
  if (!column_name(name, offset, columns) || !colon()) {
    return false;
  }
  const Column* const declared = declared_.find(name);
  return value(declared == nullptr ? Type::any : declared->type, 0);
}

bool LineCheck::column_name(const std::string& name, std::size_t offset, Keys& columns) {
  if (const Result<void> checked = check_column_name(name); !checked) {
    return wrong(checked.error().reason, offset, checked.error().code);
  }
  if (!columns.insert(name).second) {
    return wrong("duplicate key " + json_string(name), offset);
  }
  if (known_.find(name)) {
    return true;
  }
  new_columns_ += 1;
  new_name_bytes_ += name.size();
  if (known_.size() + new_columns_ > columns_max_) {
    return wrong("more than " + std::to_string(columns_max_) + " columns", offset, ErrorCode::limit_exceeded);
  }
  if (known_.name_bytes() + new_name_bytes_ > kColumnNamesBytesMax) {
    path_.pop_back();  // A name as long as that is not for an answer.
    return wrong(too_long_names(), offset, ErrorCode::limit_exceeded);
  }
  return true;
}

bool LineCheck::value(Type type, int containers) {
  skip_space();
  const std::size_t offset = position_;
  const char first = peek();
  const bool is_container = first == '{' || first == '[';
  if (is_container && containers == nesting_max_) {
    return wrong("lists and maps nested more than " + std::to_string(nesting_max_) + " deep", offset,
                 ErrorCode::limit_exceeded);
  }
  text_forms::Parsed<void> takes{};
  if (first == '{') {
    takes = JsonCells::takes_map(type);
  } else if (first == '[') {
    takes = JsonCells::takes_list(type);
  } else if (first == 't' || first == 'f') {
    takes = JsonCells::takes_bool(type);
  }
  if (!takes) {
    return unsupported(takes.error(), offset);
  }
  switch (first) {
    case '"':
      return text_value(type, containers);
    case '{':
      return map(containers + 1);
    case '[':
      return list(containers + 1);
    case 't':
      return word("true");
    case 'f':
      return word("false");
    case 'n':
      return word("null");
    default:
      return first == '-' || is_digit(first) ? number_value(type, containers) : wrong_here("not a JSON value");
  }
}

bool LineCheck::text_value(Type type, int containers) {
  const std::size_t offset = position_;
  std::string unescaped;
  if (!text(unescaped)) {
    return false;
  }
  if (containers != 0) {
    return true;
  }
  const auto cell = cells_.from_text(unescaped, type);
  return cell || unsupported(cell.error(), offset);
}

bool LineCheck::number_value(Type type, int containers) {
  const std::size_t offset = position_;
  std::string_view token;
  if (!number(token)) {
    return false;
  }
  text_forms::Parsed<void> checked{};
  if (containers == 0) {
    checked = cells_.from_number(token, type).map([](const Cell&) {});
  } else if (is_float_token(token)) {
    checked = parse_float(token).map([](double) {});
  } else {
    encoded_.clear();
    checked = put_integer_token(encoded_, token);
  }
  return checked || unsupported(checked.error(), offset);
}

bool LineCheck::list(int containers) {
  ++position_;
  skip_space();
  if (peek() == ']') {
    ++position_;
    return true;
  }
  path_.emplace_back(std::size_t{0});
  for (bool more = true; more;) {
    if (!value(Type::any, containers) || !comma_or(']', more)) {
      return false;
    }
    std::get<std::size_t>(path_.back()) += 1;
  }
  path_.pop_back();
  return true;
}

bool LineCheck::map(int containers) {
  ++position_;
  skip_space();
  if (peek() == '}') {
    ++position_;
    return true;
  }
  Keys keys;
  for (bool more = true; more;) {
    if (!map_entry(keys, containers) || !comma_or('}', more)) {
      return false;
    }
    path_.pop_back();
  }
  return true;
}

bool LineCheck::map_entry(Keys& keys, int containers) {
  skip_space();
  const std::size_t offset = position_;
  std::string key;
  if (peek() != '"') {
    return wrong_here("not a key in quotes");
  }
  if (!text(key)) {
    return false;
  }
  path_.emplace_back(key);
  if (!keys.insert(key).second) {
    return wrong("duplicate key " + json_string(key), offset);
  }
  return colon() && value(Type::any, containers);
}

bool LineCheck::text(std::string& out) {
  const std::size_t quote = position_;
  const std::size_t begin = quote + 1;
  const RawEnd end = find_raw_end(line_, begin);
  ran_out_ = end.ran_out;
  const std::string_view raw = line_.substr(begin, end.position - begin);
  out.resize(raw.size());
  const auto size = unescape(raw, out.data());
  if (!size) {
    return wrong(std::string{size.error().reason}, begin + size.error().offset);
  }
  if (!end.reason.empty()) {
    return wrong(std::string{end.reason}, end.position == line_.size() ? quote : end.position);
  }
  out.resize(*size);
  position_ = end.position + 1;
  return true;
}

bool LineCheck::number(std::string_view& token) {
  const std::size_t begin = position_;
  position_ += peek() == '-' ? 1 : 0;
  const std::size_t whole = position_;
  if (!digits("a minus without digits")) {
    return false;
  }
  if (line_[whole] == '0' && position_ - whole > 1) {
    return wrong("a number with a leading zero", begin);
  }
  if (peek() == '.') {
    ++position_;
    if (!digits("a decimal point without digits behind it")) {
      return false;
    }
  }
  if (peek() == 'e' || peek() == 'E') {
    ++position_;
    position_ += peek() == '+' || peek() == '-' ? 1 : 0;
    if (!digits("an exponent without digits")) {
      return false;
    }
  }
  token = line_.substr(begin, position_ - begin);
  return true;
}

bool LineCheck::digits(std::string_view reason) {
  if (!is_digit(peek())) {
    return wrong_here(std::string{reason});
  }
  while (is_digit(peek())) {
    ++position_;
  }
  return true;
}

bool LineCheck::word(std::string_view expected) {
  const std::string_view rest = line_.substr(position_);
  if (!rest.starts_with(expected)) {
    wrong_here("not a JSON value");
    ran_out_ = expected.starts_with(rest);
    return false;
  }
  position_ += expected.size();
  return true;
}

bool LineCheck::colon() {
  skip_space();
  if (peek() != ':') {
    return wrong_here("no colon after the key");
  }
  ++position_;
  return true;
}

bool LineCheck::comma_or(char close, bool& more) {
  skip_space();
  more = peek() == ',';
  if (!more && peek() != close) {
    return wrong_here(std::string{"neither a comma nor "} + (close == '}' ? "a closing brace" : "a closing bracket"));
  }
  ++position_;
  return true;
}

bool LineCheck::unsupported(const text_forms::Refused& refused, std::size_t offset) {
  ran_out_ = at_end();
  return wrong(std::string{refused.reason}, offset, refused.code);
}

void LineCheck::skip_space() {
  while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n')) {
    ++position_;
  }
}

bool LineCheck::wrong(std::string reason, std::size_t offset, ErrorCode code) {
  Error error;
  error.code = code;
  error.reason = std::move(reason);
  error.offset = offset;
  error.column = format_path(path_);
  error_ = std::move(error);
  return false;
}

bool LineCheck::wrong_here(std::string reason) {
  ran_out_ = at_end();
  return wrong(ran_out_ ? "the line ends within the row" : std::move(reason), position_);
}

std::string format_path(const std::vector<std::variant<std::string, std::size_t>>& path) {
  std::string out;
  for (const auto& step : path) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      out.append("[" + std::to_string(*index) + "]");
      continue;
    }
    const std::string& key = std::get<std::string>(step);
    const bool misleading = key.empty() || std::ranges::any_of(key, [](char c) {
                              return is_control(c) || std::string_view{".[]\"\\"}.find(c) != std::string_view::npos;
                            });
    out.append(out.empty() ? "" : ".");
    out.append(misleading ? json_string(key) : key);
  }
  return out;
}

}  // namespace rowprint
