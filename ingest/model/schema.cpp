#include "ingest/model/schema.hpp"

#include "hashing/canonical.hpp"
#include "ingest/model/ascii.hpp"
#include "ingest/model/utf8.hpp"

#include <algorithm>
#include <array>

namespace rowprint {
namespace {

constexpr std::string_view kDomain{"rowprint/rp1/schema\0", 20};

/// Reads `name=type` pieces off a declaration.
class SchemaReader {
 public:
  explicit SchemaReader(std::string_view text) : rest_(text) {}

  Result<Schema> read() {
    Schema schema;
    skip_spaces();
    while (!rest_.empty()) {
      auto column = read_column();
      if (!column) {
        return fail(column.error());
      }
      if (schema.find(column->name) != nullptr) {
        return fail(ErrorCode::bad_input, "schema: column \"" + column->name + "\" is declared twice");
      }
      schema.columns.push_back(std::move(*column));
      skip_spaces();
      if (rest_.empty()) {
        break;
      }
      if (!take(',')) {
        return fail(ErrorCode::bad_input, "schema: expected a comma before \"" + std::string{rest_} + "\"");
      }
      skip_spaces();
      if (rest_.empty()) {
        return fail(ErrorCode::bad_input, "schema: nothing follows the last comma");
      }
    }
    return schema;
  }

 private:
  Result<Column> read_column() {
    Column column;
    if (!rest_.empty() && rest_.front() == '"') {
      auto name = read_quoted();
      if (!name) {
        return fail(name.error());
      }
      column.name = std::move(*name);
      skip_spaces();
    } else {
      const std::size_t end = std::min(rest_.find_first_of("=,\""), rest_.size());
      column.name = trimmed(rest_.substr(0, end));
      rest_.remove_prefix(end);
    }
    if (!take('=')) {
      return fail(ErrorCode::bad_input, "schema: expected name=type at \"" + column.name + std::string{rest_} + "\"");
    }
    if (auto checked = check_column_name(column.name); !checked) {
      return fail(ErrorCode::bad_input, "schema: " + checked.error().reason);
    }
    const std::size_t end = std::min(rest_.find(','), rest_.size());
    const std::string_view name = trimmed(rest_.substr(0, end));
    const auto type = parse_type(name);
    if (!type) {
      return fail(ErrorCode::bad_input, "schema: \"" + std::string{name} +
                                            "\" is not a type (null, bool, int, float, decimal, "
                                            "text, bytes, date, time, timestamp, timestamptz, uuid, list, map, any)");
    }
    column.type = *type;
    rest_.remove_prefix(end);
    return column;
  }

  Result<std::string> read_quoted() {
    const auto broken = [] {
      return fail(ErrorCode::bad_input, "schema: a quoted name does not end, or has a wrong escape");
    };
    std::string name;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      const char character = rest_.front();
      rest_.remove_prefix(1);
      if (character != '\\') {
        name += character;
      } else if (!read_escape(name)) {
        return broken();
      }
    }
    if (!take('"')) {
      return broken();
    }
    return name;
  }

  bool read_escape(std::string& name) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (rest_.empty()) {
      return false;
    }
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    if (letter == 'u') {
      const auto unit = read_hex();
      return unit && read_code_point(*unit, name);
    }
    const std::size_t place = kLetters.find(letter);
    if (place == std::string_view::npos) {
      return false;
    }
    name += kMeanings[place];
    return true;
  }

  bool read_code_point(std::uint32_t point, std::string& name) {
    if (point >= 0xD800 && point < 0xDC00) {
      if (!rest_.starts_with("\\u")) {
        return false;
      }
      rest_.remove_prefix(2);
      const auto low = read_hex();
      if (!low || *low < 0xDC00 || *low > 0xDFFF) {
        return false;
      }
      point = 0x10000 + ((point - 0xD800) << 10U) + (*low - 0xDC00);
    } else if (point >= 0xDC00 && point <= 0xDFFF) {
      return false;
    }
    append_utf8(point, name);
    return true;
  }

  static void append_utf8(std::uint32_t point, std::string& name) {
    const auto put = [&name](std::uint32_t byte) { name += static_cast<char>(byte); };
    if (point < 0x80) {
      put(point);
    } else if (point < 0x800) {
      put(0xC0U | point >> 6U);
      put(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
      put(0xE0U | point >> 12U);
      put(0x80U | (point >> 6U & 0x3FU));
      put(0x80U | (point & 0x3FU));
    } else {
      put(0xF0U | point >> 18U);
      put(0x80U | (point >> 12U & 0x3FU));
      put(0x80U | (point >> 6U & 0x3FU));
      put(0x80U | (point & 0x3FU));
    }
  }

  std::optional<std::uint32_t> read_hex() {
    if (rest_.size() < 4) {
      return std::nullopt;
    }
    std::uint32_t unit = 0;
    for (const char digit : rest_.substr(0, 4)) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      const char lower = digit >= 'A' && digit <= 'F' ? static_cast<char>(digit - 'A' + 'a') : digit;
      const std::size_t value = kDigits.find(lower);
      if (value == std::string_view::npos) {
        return std::nullopt;
      }
      unit = unit << 4U | static_cast<std::uint32_t>(value);
    }
    rest_.remove_prefix(4);
    return unit;
  }

  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }
  bool take(char expected) {
    if (rest_.empty() || rest_.front() != expected) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view rest_;
};

bool needs_quotes(std::string_view name) {
  return name.front() == ' ' || name.back() == ' ' || std::ranges::any_of(name, [](char character) {
           return static_cast<unsigned char>(character) < 0x20 || character == 0x7F || character == ',' ||
                  character == '=' || character == '"' || character == '\\';
         });
}

std::string quoted(std::string_view name) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\"";
  for (const char character : name) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      text += '\\';
      text += character;
    } else if (byte < 0x20 || byte == 0x7F) {
      text += "\\u00";
      text += kDigits[byte >> 4U];
      text += kDigits[byte & 0xFU];
    } else {
      text += character;
    }
  }
  return text + '"';
}

}  // namespace

hashing::Digest Schema::digest() const {
  ColumnTable table;
  for (const Column& column : columns) {
    table.add(column.name);
  }
  hashing::ByteBuffer encoded;
  encoded.append(hashing::as_bytes(kDomain));
  hashing::put_map(encoded, columns.size());
  for (const std::uint32_t ordinal : table.canonical_order()) {
    encoded.append(table.encoded_key(ordinal));
    hashing::put_text(encoded, to_string(columns[ordinal].type));
  }
  return hashing::Sha256::of(encoded.view());
}

const Column* Schema::find(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

Result<Schema> parse_schema(std::string_view text) {
  return SchemaReader{text}.read();
}

std::string format_schema(const Schema& schema) {
  std::string text;
  for (const Column& column : schema.columns) {
    text += text.empty() ? "" : ", ";
    text += needs_quotes(column.name) ? quoted(column.name) : column.name;
    text += '=';
    text += to_string(column.type);
  }
  return text;
}

Result<void> check_column_name(std::string_view name) {
  if (name.empty()) {
    return fail(ErrorCode::bad_input, "a column name is empty");
  }
  if (name.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::bad_input, "a column name holds a NUL");
  }
  if (!is_valid_utf8(name)) {
    return fail(ErrorCode::bad_input, "a column name is not valid UTF-8");
  }
  return {};
}

}  // namespace rowprint
