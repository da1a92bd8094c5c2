#include "tests/support/random_rows.hpp"

#include <fmt/format.h>

namespace rowprint::test {
namespace {

void blank(Random& random, std::string& out) {
  while (random.chance(15)) {
    out.push_back(random.pick({' ', '\t'}));
  }
}

/// The code point that begins at `text[at]`, which is valid UTF-8, and its length.
std::pair<std::uint32_t, std::size_t> code_point(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i])); };
  const auto tail = [&](std::size_t i) { return byte(i) & 0x3FU; };
  if (byte(0) < 0x80) {
    return {byte(0), 1};
  }
  if (byte(0) < 0xE0) {
    return {((byte(0) & 0x1FU) << 6U) | tail(1), 2};
  }
  if (byte(0) < 0xF0) {
    return {((byte(0) & 0x0FU) << 12U) | (tail(1) << 6U) | tail(2), 3};
  }
  return {((byte(0) & 0x07U) << 18U) | (tail(1) << 12U) | (tail(2) << 6U) | tail(3), 4};
}

void put_escaped(std::string& out, std::uint32_t point) {
  if (point >= 0x10000) {
    put_escaped(out, 0xD800 + ((point - 0x10000) >> 10U));
    put_escaped(out, 0xDC00 + ((point - 0x10000) & 0x3FFU));
    return;
  }
  out += fmt::format("\\u{:04x}", point);
}

void put_string(Random& random, std::string& out, std::string_view text) {
  out.push_back('"');
  for (std::size_t i = 0; i < text.size();) {
    const auto [point, length] = code_point(text, i);
    if (point < 0x20 || random.chance(4)) {
      put_escaped(out, point);
    } else if (point == '"' || point == '\\') {
      out.push_back('\\');
      out.push_back(text[i]);
    } else {
      out += text.substr(i, length);
    }
    i += length;
  }
  out.push_back('"');
}

void put_number(std::string& out, double number) {
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) {
    text += ".0";
  }
  out += text;
}

void put(Random& random, std::string& out, const Value& value);

void put_pairs(Random& random, std::string& out, std::vector<std::pair<std::string, Value>> pairs) {
  random.shuffle(pairs);
  out.push_back('{');
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i != 0) {
      out.push_back(',');
    }
    blank(random, out);
    put_string(random, out, pairs[i].first);
    blank(random, out);
    out.push_back(':');
    blank(random, out);
    put(random, out, pairs[i].second);
    blank(random, out);
  }
  out.push_back('}');
}

void put_items(Random& random, std::string& out, const std::vector<Value>& items) {
  out.push_back('[');
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i != 0) {
      out.push_back(',');
    }
    blank(random, out);
    put(random, out, items[i]);
    blank(random, out);
  }
  out.push_back(']');
}

void put(Random& random, std::string& out, const Value& value) {
  if (const auto* boolean = std::get_if<bool>(&value.held)) {
    out += *boolean ? "true" : "false";
  } else if (const auto* integer = std::get_if<std::int64_t>(&value.held)) {
    out += std::to_string(*integer);
  } else if (const auto* big = std::get_if<BigInteger>(&value.held)) {
    out += big->digits;
  } else if (const auto* number = std::get_if<double>(&value.held)) {
    put_number(out, *number);
  } else if (const auto* text = std::get_if<std::string>(&value.held)) {
    put_string(random, out, *text);
  } else if (const auto* list = std::get_if<List>(&value.held)) {
    put_items(random, out, list->items);
  } else if (const auto* map = std::get_if<Map>(&value.held)) {
    put_pairs(random, out, map->pairs);
  } else {
    out += "null";
  }
}

}  // namespace

std::string random_json(Random& random, const Value& value) {
  std::string out;
  put(random, out, value);
  return out;
}

std::string random_json(Random& random, const Row& row) {
  std::string out;
  blank(random, out);
  put_pairs(random, out, row);
  blank(random, out);
  return out;
}

}  // namespace rowprint::test
