#include "tests/vectors/notation.hpp"

#include "hashing/sha256.hpp"
#include "hashing/utf8.hpp"

#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>

namespace rowprint::vectors {
namespace {

using hashing::ByteBuffer;
using hashing::MapEntry;
using hashing::Refusal;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

Refused named(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      return std::nullopt;
    case Refusal::malformed_digits:
      return "malformed_digits";
    case Refusal::too_many_digits:
      return "too_many_digits";
    case Refusal::exponent_out_of_range:
      return "exponent_out_of_range";
    case Refusal::duplicate_key:
      return "duplicate_key";
    case Refusal::nanoseconds_out_of_range:
      return "nanoseconds_out_of_range";
    case Refusal::time_out_of_range:
      return "time_out_of_range";
  }
  return "unknown";
}

Refused put_checked_text(ByteBuffer& out, std::string_view text) {
  if (!hashing::is_utf8(text)) {
    return "invalid_utf8";
  }
  hashing::put_text(out, text);
  return std::nullopt;
}

struct Moment {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
};

// YYYY-MM-DDThh:mm:ss, perhaps a fraction, perhaps Z or an offset: as far as the vectors go.
Moment parse_moment(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int used = 0;
  EXPECT_EQ(std::sscanf(text.c_str(), "%d-%u-%uT%d:%d:%d%n", &year, &month, &day, &hour, &minute, &second, &used), 6);
  std::string rest = text.substr(static_cast<std::size_t>(used));
  Moment moment;
  if (rest.starts_with('.')) {
    const std::size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    std::string fraction = rest.substr(1, end - 1);
    fraction.resize(9, '0');
    moment.nanoseconds = static_cast<std::uint32_t>(std::stoul(fraction));
    rest = rest.substr(end);
  }
  int offset_seconds = 0;
  if (rest.size() == 6) {
    const int magnitude = std::stoi(rest.substr(1, 2)) * 3600 + std::stoi(rest.substr(4, 2)) * 60;
    offset_seconds = rest[0] == '-' ? -magnitude : magnitude;
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  moment.seconds = days * 86'400 + hour * 3600 + minute * 60 + second - offset_seconds;
  return moment;
}

Refused put_moment(ByteBuffer& out, const std::string& kind, const Moment& moment) {
  const auto put = kind == "time"        ? &hashing::put_time
                   : kind == "timestamp" ? &hashing::put_timestamp
                                         : &hashing::put_timestamptz;
  return named(put(out, moment.seconds, moment.nanoseconds));
}

Refused put_decimal_text(ByteBuffer& out, std::string text) {
  if (text == "NaN" || text.ends_with("Infinity")) {
    hashing::put_float(out, std::strtod(text.c_str(), nullptr));
    return std::nullopt;
  }
  std::int64_t exponent = 0;
  if (const std::size_t e = text.find_first_of("eE"); e != std::string::npos) {
    exponent = std::stoll(text.substr(e + 1));
    text.resize(e);
  }
  if (const std::size_t point = text.find('.'); point != std::string::npos) {
    exponent -= static_cast<std::int64_t>(text.size() - point - 1);
    text.erase(point, 1);
  }
  return named(hashing::put_decimal(out, text, exponent));
}

void put_uuid_text(ByteBuffer& out, std::string text) {
  std::erase(text, '-');
  const std::string bytes = from_hex(text);
  std::array<std::uint8_t, 16> uuid{};
  std::copy(bytes.begin(), bytes.end(), uuid.begin());
  hashing::put_uuid(out, uuid);
}

Refused put_formula(ByteBuffer& out, const Json& rule, std::int64_t index) {
  if (index % rule.value("every", std::int64_t{1}) != 0) {
    hashing::put_null(out);
    return std::nullopt;
  }
  std::int64_t number = index * rule.value("mul", std::int64_t{1}) + rule.value("add", std::int64_t{0});
  if (rule.contains("mod")) {
    number %= rule["mod"].get<std::int64_t>();
  }
  const std::string kind = rule["as"];
  if (kind == "int") {
    hashing::put_int(out, number);
  } else if (kind == "text") {
    hashing::put_text(out, rule.value("prefix", "") + std::to_string(number));
  } else if (kind == "float") {
    hashing::put_float(out, static_cast<double>(number) / rule.value("over", 1.0));
  } else if (kind == "bool") {
    hashing::put_bool(out, number % 2 == 1);
  } else if (kind == "decimal") {
    return named(hashing::put_decimal(out, std::to_string(number), -2));
  } else if (kind == "date") {
    hashing::put_date(out, number);
  } else if (kind == "bytes" || kind == "uuid") {
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
      bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    kind == "uuid" ? hashing::put_uuid(out, bytes) : hashing::put_bytes(out, hashing::ByteView{bytes}.subspan(8));
  } else {
    return put_moment(out, kind, {number, static_cast<std::uint32_t>(index % 1000 * 1000)});
  }
  return std::nullopt;
}

// Pairs of encoded keys and values, closed into one map.
template <class PutPairs>
Refused put_map(ByteBuffer& out, PutPairs put_pairs) {
  const std::size_t begin = out.size();
  std::vector<MapEntry> entries;
  if (auto refused = put_pairs(entries)) {
    return refused;
  }
  return named(hashing::close_map(out, begin, entries));
}

Refused put_container(ByteBuffer& out, const std::string& tag, const Json& content, std::int64_t index,
                      int containers) {
  if (containers == hashing::kDepthMax) {
    return "too_deep";
  }
  if (tag == "list") {
    hashing::put_list(out, content.size());
    for (const Json& item : content) {
      if (auto refused = put_value(out, item, index, containers + 1)) {
        return refused;
      }
    }
    return std::nullopt;
  }
  return put_map(out, [&](std::vector<MapEntry>& entries) -> Refused {
    for (const Json& pair : content) {
      MapEntry entry{out.size(), 0, 0};
      if (auto refused = put_checked_text(out, to_string(pair[0]))) {
        return refused;
      }
      entry.value_begin = out.size();
      if (auto refused = put_value(out, pair[1], index, containers + 1)) {
        return refused;
      }
      entry.value_end = out.size();
      entries.push_back(entry);
    }
    return std::nullopt;
  });
}

Json unfolded(const Json& nested) {
  const bool is_list = nested["nested"] == "list";
  int times = nested["times"];
  Json value;
  if (nested.contains("around")) {
    value = nested["around"];
  } else {
    value = is_list ? Json{{"list", Json::array()}} : Json{{"map", Json::array()}};
    --times;
  }
  for (int i = 0; i < times; ++i) {
    Json outer;
    if (is_list) {
      outer["list"] = Json::array({std::move(value)});
    } else {
      outer["map"] = Json::array({Json::array({"k", std::move(value)})});
    }
    value = std::move(outer);
  }
  return value;
}

Refused put_tagged(ByteBuffer& out, const Json& value, std::int64_t index, int containers) {
  const std::string tag = value.begin().key();
  const Json& content = value.begin().value();
  if (tag == "formula") {
    return put_formula(out, content, index);
  }
  if (tag == "int") {
    return named(hashing::put_integer_digits(out, to_string(content)));
  }
  if (tag == "float") {
    hashing::put_float(out, std::strtod(content.get<std::string>().c_str(), nullptr));
    return std::nullopt;
  }
  if (tag == "decimal") {
    return put_decimal_text(out, to_string(content));
  }
  if (tag == "digits") {
    return named(hashing::put_decimal(out, to_string(content), value["exponent"].get<std::int64_t>()));
  }
  if (tag == "text") {
    return put_checked_text(out, to_string(content));
  }
  if (tag == "bytes") {
    hashing::put_bytes(out, hashing::as_bytes(from_hex(to_string(content))));
    return std::nullopt;
  }
  if (tag == "date") {
    hashing::put_date(out, content.get<std::int64_t>());
    return std::nullopt;
  }
  if (tag == "uuid") {
    put_uuid_text(out, content);
    return std::nullopt;
  }
  if (tag == "nested") {
    return put_value(out, unfolded(value), index, containers);
  }
  if (tag == "list" || tag == "map") {
    return put_container(out, tag, content, index, containers);
  }
  return put_moment(out, tag,
                    content.is_string() ? parse_moment(content)
                                        : Moment{content[0].get<std::int64_t>(), content[1].get<std::uint32_t>()});
}

Refused check_column_name(std::string_view name) {
  if (name.empty() || name.find('\0') != std::string_view::npos) {
    return "bad_column_name";
  }
  return hashing::is_utf8(name) ? Refused{} : Refused{"invalid_utf8"};
}

// Rows are objects, or lists of pairs where a name repeats or is given in hexadecimal.
std::vector<std::pair<std::string, Json>> columns_of(const Json& row) {
  std::vector<std::pair<std::string, Json>> columns;
  if (row.is_object()) {
    for (const auto& [name, value] : row.items()) {
      columns.emplace_back(name, value);
    }
  } else {
    for (const Json& pair : row) {
      columns.emplace_back(to_string(pair[0]), pair[1]);
    }
  }
  return columns;
}

}  // namespace

void for_each_case(const std::string& file, const std::string& member, const std::function<void(const Json&)>& check) {
  std::ifstream stream{std::string{ROWPRINT_VECTORS} + "/" + file};
  const Json document = Json::parse(stream);
  ASSERT_FALSE(document[member].empty());
  for (const Json& one : document[member]) {
    SCOPED_TRACE(file + ": " + one["name"].get<std::string>());
    check(one);
  }
}

void expect_encoding(hashing::ByteView encoding, const Json& expect) {
  if (expect.contains("hex")) {
    EXPECT_EQ(hashing::to_hex(encoding), expect["hex"].get<std::string>());
  } else {
    EXPECT_EQ(encoding.size(), expect["length"].get<std::size_t>());
    EXPECT_EQ(hashing::to_hex(hashing::Sha256::of(encoding)), expect["sha256"].get<std::string>());
  }
}

std::string to_string(const Json& piece) {
  if (piece.is_string()) {
    return piece;
  }
  std::string text;
  if (piece.is_array()) {
    for (const Json& inner : piece) {
      text += to_string(inner);
    }
  } else if (piece.contains("hex")) {
    text = from_hex(to_string(piece["hex"]));
  } else {
    const std::string repeated = to_string(piece["repeat"]);
    for (int i = piece["times"]; i > 0; --i) {
      text += repeated;
    }
  }
  return text;
}

Refused put_value(ByteBuffer& out, const Json& value, std::int64_t index, int containers) {
  if (value.is_object()) {
    return put_tagged(out, value, index, containers);
  }
  if (value.is_null()) {
    hashing::put_null(out);
  } else if (value.is_boolean()) {
    hashing::put_bool(out, value);
  } else if (value.is_string()) {
    return put_checked_text(out, value.get_ref<const std::string&>());
  } else {
    hashing::put_int(out, value.get<std::int64_t>());
  }
  return std::nullopt;
}

Refused put_row(ByteBuffer& out, const Json& row, std::int64_t index) {
  std::set<std::string> names;
  return put_map(out, [&](std::vector<MapEntry>& entries) -> Refused {
    for (const auto& [name, value] : columns_of(row)) {
      if (auto refused = check_column_name(name)) {
        return refused;
      }
      if (!names.insert(name).second) {
        return "duplicate_key";
      }
      MapEntry entry{out.size(), 0, 0};
      hashing::put_text(out, name);
      entry.value_begin = out.size();
      if (auto refused = put_value(out, value, index)) {
        return refused;
      }
      entry.value_end = out.size();
      if (out.data()[entry.value_begin] == 0xf6) {
        out.truncate(entry.key_begin);
      } else {
        entries.push_back(entry);
      }
    }
    return std::nullopt;
  });
}

Refused put_schema(ByteBuffer& out, const Json& columns) {
  return put_map(out, [&](std::vector<MapEntry>& entries) -> Refused {
    for (const Json& column : columns) {
      const std::string name = to_string(column[0]);
      if (auto bad = check_column_name(name)) {
        return bad;
      }
      MapEntry entry{out.size(), 0, 0};
      hashing::put_text(out, name);
      entry.value_begin = out.size();
      hashing::put_text(out, column[1].get<std::string>());
      entry.value_end = out.size();
      entries.push_back(entry);
    }
    return std::nullopt;
  });
}

void for_each_row(const Json& segments, const std::function<void(hashing::ByteView)>& take) {
  ByteBuffer encoded;
  for (const Json& segment : segments) {
    const auto times = segment.value("times", std::int64_t{1});
    for (std::int64_t index = 0; index < times; ++index) {
      encoded.clear();
      ASSERT_EQ(put_row(encoded, segment["row"], index), std::nullopt);
      take(encoded.view());
    }
  }
}

}  // namespace rowprint::vectors
