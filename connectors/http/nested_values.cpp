#include "connectors/http/json_number.hpp"
#include "connectors/http/json_text.hpp"
#include "connectors/http/json_tokens.hpp"
#include "connectors/http/line_parser.hpp"

#include <array>
#include <cstring>
#include <span>
#include <utility>

/// Lists and maps of a line, as canonical encodings.
namespace rowprint {

bool LineParser::put(const char* token, int containers) {
  switch (*token) {
    case '"':
      return put_text(walk_.between_quotes(token));
    case '{':
      return put_map(containers);
    case '[':
      return put_list(containers);
    case 't':
    case 'f':
      hashing::put_bool(nested_, *token == 't');
      return is_literal(token);
    case 'n':
      hashing::put_null(nested_);
      return is_literal(token);
    default:
      return put_number(token);
  }
}

bool LineParser::put_number(const char* begin) {
  const ScannedNumber number = scan_number(begin);
  if (number.token.empty()) {
    return false;
  }
  if (!number.is_float) {
    if (!number.has_value) {
      return put_integer_token(nested_, number.token).has_value();
    }
    hashing::put_int(nested_, number.integer);
    return true;
  }
  const text_forms::Parsed<double> value =
      number.has_value ? text_forms::Parsed<double>{number.floating} : parse_float(number.token);
  if (!value) {
    return false;
  }
  hashing::put_float(nested_, *value);
  return true;
}

std::optional<std::string_view> LineParser::unescaped(std::string_view raw) {
  if (!has_escapes_ || raw.find('\\') == std::string_view::npos) {
    return raw;
  }
  unescaped_.resize(raw.size());
  const auto size = unescape(raw, unescaped_.data());
  return size ? std::optional{std::string_view{unescaped_}.substr(0, *size)} : std::nullopt;
}

std::optional<std::string_view> LineParser::key_text(const char* raw_key) {
  return unescaped({raw_key, static_cast<std::size_t>(closing_quote(raw_key) - raw_key)});
}

bool LineParser::put_text(std::string_view raw) {
  const std::optional<std::string_view> text = unescaped(raw);
  if (!text) {
    return false;
  }
  hashing::put_text(nested_, *text);
  return true;
}

bool LineParser::put_list(int containers) {
  if (containers == nesting_max_) {
    return false;
  }
  const std::size_t begin = nested_.size();
  std::uint64_t count = 0;
  for (const char* token = walk_.next(); *token != ']'; token = walk_.next()) {
    if (count != 0) {
      if (*token != ',') {
        return false;
      }
      token = walk_.next();
    }
    if (!put(token, containers + 1)) {
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

bool LineParser::put_map(int containers) {
  if (containers == nesting_max_) {
    return false;
  }
  const std::size_t begin = nested_.size();
  const std::size_t first_entry = entries_.size();
  for (const char* token = walk_.next(); *token != '}'; token = walk_.next()) {
    if (entries_.size() != first_entry) {
      if (*token != ',') {
        return false;
      }
      token = walk_.next();
    }
    if (*token != '"' || *walk_.next() != ':') {
      return false;
    }
    hashing::MapEntry entry{nested_.size(), 0, 0};
    const std::optional<std::string_view> key = key_text(token + 1);
    if (!key) {
      return false;
    }
    hashing::put_text(nested_, *key);
    entry.value_begin = nested_.size();
    if (!put(walk_.next(), containers + 1)) {
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
