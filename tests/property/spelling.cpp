#include "tests/property/random_case.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>

namespace rowprint::test {
namespace {

std::string quoted(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

std::string spell_float(Random& random, double value) {
  if (std::isnan(value)) {
    return quoted("NaN");
  }
  if (std::isinf(value)) {
    return quoted(value > 0 ? "Infinity" : "-Infinity");
  }
  // An integer within ±2^53 is taken in a float column.
  if (std::trunc(value) == value && std::abs(value) <= 9007199254740992.0 && random.chance(50)) {
    return fmt::format("{}", static_cast<std::int64_t>(value));
  }
  if (random.chance(30)) {
    return fmt::format("{:.17e}", value);
  }
  return random_json(random, Value{value});
}

/// Any digits and exponent that come to the same.
std::string spell_decimal(Random& random, const Decimal& value) {
  const bool negative = value.digits.front() == '-';
  std::string digits = negative ? value.digits.substr(1) : value.digits;
  std::int64_t exponent = value.exponent;
  if (random.chance(30)) {
    digits += "00";
    exponent -= 2;
  }
  if (random.chance(30)) {
    digits.insert(0, "0");
  }
  if (exponent < 0 && exponent > -60 && random.chance(60)) {
    const auto places = static_cast<std::size_t>(-exponent);
    if (digits.size() <= places) {
      digits.insert(0, places + 1 - digits.size(), '0');
    }
    digits.insert(digits.size() - places, ".");
    exponent = 0;
  } else if (exponent > 0 && exponent < 60 && random.chance(60)) {
    digits.append(static_cast<std::size_t>(exponent), '0');
    exponent = 0;
  }
  std::string text = (negative ? "-" : "") + digits;
  if (exponent != 0 || random.chance(20)) {
    text +=
        fmt::format("{}{}{}", random.chance(50) ? 'e' : 'E', exponent >= 0 && random.chance(50) ? "+" : "", exponent);
  }
  return quoted(text);
}

std::string spell_bytes(const Bytes& value) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < value.bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      three = (three << 8U) | (i + j < value.bytes.size() ? value.bytes[i + j] : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += i + j <= value.bytes.size() ? kLetters[(three >> (18U - 6U * j)) & 63U] : '=';
    }
  }
  return quoted(text);
}

std::string date_text(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  const int year = int{date.year()};
  return fmt::format("{}{:04}-{:02}-{:02}", year > 9999 ? "+" : "", year, unsigned{date.month()}, unsigned{date.day()});
}

std::string time_text(Random& random, std::int64_t seconds, std::uint32_t nanoseconds) {
  std::string text = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  std::string fraction = fmt::format("{:09}", nanoseconds);
  while (!fraction.empty() && fraction.back() == '0' && random.chance(90)) {
    fraction.pop_back();
  }
  return fraction.empty() ? text : text + "." + fraction;
}

std::string moment_text(Random& random, std::int64_t seconds, std::uint32_t nanoseconds) {
  constexpr std::int64_t kDay = 86'400;
  const std::int64_t days = seconds >= 0 ? seconds / kDay : -((-seconds + kDay - 1) / kDay);
  return date_text(days) + random.pick({'T', 'T', 't', ' '}) + time_text(random, seconds - days * kDay, nanoseconds);
}

std::string spell_instant(Random& random, const TimestampTz& value) {
  constexpr std::int64_t kYear1 = -62'135'596'800;
  const auto minutes = static_cast<std::int64_t>(random.below(2 * 1439 + 1)) - 1439;
  // Before year 1 lies year 0, which has a form too, but only that one year.
  if (value.seconds < kYear1 || random.chance(40)) {
    return quoted(moment_text(random, value.seconds, value.nanoseconds) + random.pick({'Z', 'z'}));
  }
  return quoted(fmt::format("{}{}{:02}:{:02}", moment_text(random, value.seconds + minutes * 60, value.nanoseconds),
                            minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60));
}

std::string spell_uuid(Random& random, const Uuid& value) {
  std::string text;
  for (std::size_t i = 0; i < value.bytes.size(); ++i) {
    text += i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "";
    text += random.chance(50) ? fmt::format("{:02x}", value.bytes[i]) : fmt::format("{:02X}", value.bytes[i]);
  }
  return quoted(text);
}

void put_row(Random& random, std::string& out, const RandomCase& given, Record row) {
  random.shuffle(row);
  out += random.pick<std::string_view>({"{", "{", " {", "{\t"});
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto& [name, value] = row[i];
    const Column* column = given.declared.find(name);
    out += i == 0 ? "" : random.pick<std::string_view>({",", ",", ", ", " ,"});
    out += random_json(random, Value{name});
    out += random.pick<std::string_view>({":", ":", ": ", " :"});
    out += column != nullptr ? spell_declared(random, column->type, value) : random_json(random, value);
  }
  out += random.pick<std::string_view>({"}", "}", " }", "}\t "});
}

}  // namespace

std::string spell_declared(Random& random, Type type, const Value& value) {
  if (std::holds_alternative<Null>(value.held)) {
    return "null";
  }
  switch (type) {
    case Type::floating:
      return spell_float(random, std::get<double>(value.held));
    case Type::decimal:
      return spell_decimal(random, std::get<Decimal>(value.held));
    case Type::bytes:
      return spell_bytes(std::get<Bytes>(value.held));
    case Type::date:
      return quoted(date_text(std::get<Date>(value.held).days));
    case Type::time: {
      const auto& time = std::get<TimeOfDay>(value.held);
      return quoted(time_text(random, time.seconds, time.nanoseconds));
    }
    case Type::timestamp: {
      const auto& timestamp = std::get<Timestamp>(value.held);
      return quoted(moment_text(random, timestamp.seconds, timestamp.nanoseconds));
    }
    case Type::timestamptz:
      return spell_instant(random, std::get<TimestampTz>(value.held));
    case Type::uuid:
      return spell_uuid(random, std::get<Uuid>(value.held));
    default:
      return random_json(random, value);
  }
}

std::string spell(Random& random, const RandomCase& given) {
  const std::string line_end = random.chance(20) ? "\r\n" : "\n";
  const bool last_line_ends = random.chance(70);
  std::string out;
  for (std::size_t i = 0; i < given.rows.size(); ++i) {
    out += random.chance(3) ? random.pick<std::string_view>({"\n", " \t\n", "\r\n"}) : "";
    put_row(random, out, given, given.rows[i]);
    out += i + 1 < given.rows.size() || last_line_ends ? line_end : "";
  }
  return out;
}

}  // namespace rowprint::test
