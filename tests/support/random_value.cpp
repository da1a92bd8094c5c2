#include "tests/support/random_rows.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace rowprint::test {
namespace {

constexpr int kDepthMax = 3;

Value nested_value(Random& random, bool json_only, int depth);

std::string random_digits(Random& random, std::size_t count) {
  std::string digits = random.chance(50) ? "-" : "";
  for (std::size_t i = 0; i < count; ++i) {
    digits.push_back(static_cast<char>('0' + random.below(10)));
  }
  return digits;
}

std::int64_t random_integer(Random& random) {
  constexpr std::int64_t kExactDouble = std::int64_t{1} << 53U;
  switch (random.below(4)) {
    case 0:
      return static_cast<std::int64_t>(random.below(2001)) - 1000;
    case 1:
      return random.pick<std::int64_t>({0, -1, 23, 24, -24, -25, 255, 256, 65535, 65536, 4294967295, 4294967296,
                                        kExactDouble - 1, kExactDouble, kExactDouble + 1, -kExactDouble,
                                        -kExactDouble - 1, std::numeric_limits<std::int64_t>::min(),
                                        std::numeric_limits<std::int64_t>::max()});
    default:
      return static_cast<std::int64_t>(random.bits() >> random.below(64));
  }
}

Value random_big_integer(Random& random) {
  if (random.chance(50)) {
    return {BigInteger{std::string{random.pick<std::string_view>(
        {"9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775809",
         "-18446744073709551616", "-18446744073709551617", "340282366920938463463374607431768211456"})}}};
  }
  return {BigInteger{(random.chance(50) ? "1" : "-9") + random_digits(random, 25 + random.below(60)).substr(1)}};
}

double random_double(Random& random) {
  using Limits = std::numeric_limits<double>;
  switch (random.below(4)) {
    case 0:
      return random.pick<double>({0.0,
                                  -0.0,
                                  1.0,
                                  -1.0,
                                  0.5,
                                  0.1,
                                  1.5,
                                  65504.0,
                                  65505.0,
                                  5.960464477539063e-8,
                                  16777217.0,
                                  3.4028234663852886e38,
                                  9007199254740992.0,
                                  9007199254740994.0,
                                  9223372036854775808.0,
                                  -9223372036854775808.0,
                                  18446744073709551616.0,
                                  18446744073709549568.0,
                                  1e300,
                                  Limits::min(),
                                  Limits::denorm_min(),
                                  Limits::max(),
                                  -Limits::max()});
    case 1:
      return static_cast<double>(random.below(20001)) / 100.0 - 100.0;
    case 2:
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(random.bits())));
    default:
      return std::bit_cast<double>(random.bits());
  }
}

double random_float(Random& random, bool finite) {
  if (!finite && random.chance(15)) {
    using Limits = std::numeric_limits<double>;
    return random.pick<double>({Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()});
  }
  double value = random_double(random);
  while (finite && !std::isfinite(value)) {
    value = random_double(random);
  }
  return value;
}

Value random_decimal(Random& random) {
  if (random.chance(40)) {
    return {random.pick<Decimal>({{"0", 0},
                                  {"0", -7},
                                  {"-0", 3},
                                  {"5", -1},
                                  {"150", -2},
                                  {"1500", -2},
                                  {"1", 18},
                                  {"1", 19},
                                  {"1", 20},
                                  {"-9223372036854775808", 0},
                                  {"18446744073709551615", 0},
                                  {"18446744073709551616", 0},
                                  {"1", 131071},
                                  {"1", -16383},
                                  {"00012", -1}})};
  }
  return {Decimal{"1" + random_digits(random, 1 + random.below(40)).substr(1),
                  static_cast<std::int64_t>(random.below(61)) - 40}};
}

void append_utf8(std::string& text, std::uint32_t point) {
  const auto put = [&](std::uint32_t byte) { text.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0U | (point >> 6U));
    put(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    put(0xE0U | (point >> 12U));
    put(0x80U | ((point >> 6U) & 0x3FU));
    put(0x80U | (point & 0x3FU));
  } else {
    put(0xF0U | (point >> 18U));
    put(0x80U | ((point >> 12U) & 0x3FU));
    put(0x80U | ((point >> 6U) & 0x3FU));
    put(0x80U | (point & 0x3FU));
  }
}

std::string random_text(Random& random) {
  if (random.chance(30)) {
    return std::string{random.pick<std::string_view>(
        {"", "0", "0123", "1", "1.0", "true", "null", "NaN", " ", "a\nb", "\"'\\/,;", std::string_view{"\0", 1},
         std::string_view{"a\0b", 3}, "e\xCC\x81", "\xC3\xA9", "\xEF\xBB\xBF", "\xF0\x9F\x99\x82", "2024-02-29"})};
  }
  std::string text;
  const std::size_t length = random.chance(5) ? 200 + random.below(300) : random.below(24);
  for (std::size_t i = 0; i < length; ++i) {
    switch (random.below(8)) {
      case 0:
        append_utf8(text, static_cast<std::uint32_t>(random.below(0xD800)));
        break;
      case 1:
        append_utf8(text, static_cast<std::uint32_t>(0xE000 + random.below(0x110000 - 0xE000)));
        break;
      default:
        append_utf8(text, static_cast<std::uint32_t>(0x20 + random.below(0x5F)));
    }
  }
  return text;
}

std::vector<std::uint8_t> random_bytes(Random& random, std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (auto& byte : bytes) {
    byte = static_cast<std::uint8_t>(random.bits());
  }
  return bytes;
}

std::int64_t random_seconds(Random& random) {
  // From year 1 to 9999, and the edges between which all calendars agree that they have an answer.
  constexpr std::int64_t kFirst = -62'135'596'800;
  constexpr std::int64_t kLast = 253'402'300'799;
  if (random.chance(30)) {
    return random.pick<std::int64_t>({0, -1, 1, 951'782'400, -2'208'988'800, 2'147'483'648, kFirst, kLast});
  }
  return kFirst + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(kLast - kFirst)));
}

std::uint32_t random_nanoseconds(Random& random) {
  if (random.chance(60)) {
    return random.pick<std::uint32_t>({0, 0, 1, 999'999'999, 500'000'000, 1'000});
  }
  return static_cast<std::uint32_t>(random.below(1'000'000'000));
}

Value random_list(Random& random, bool json_only, int depth) {
  List list;
  const std::uint64_t count = random.below(4);
  for (std::uint64_t i = 0; i < count; ++i) {
    list.items.push_back(nested_value(random, json_only, depth + 1));
  }
  return {std::move(list)};
}

Value random_map(Random& random, bool json_only, int depth) {
  Map map;
  const std::uint64_t count = random.below(4);
  for (std::uint64_t i = 0; i < count; ++i) {
    // The number makes keys distinct; the empty key comes first or never.
    std::string key = i == 0 && random.chance(20) ? "" : random_text(random) + std::to_string(i);
    map.pairs.emplace_back(std::move(key), nested_value(random, json_only, depth + 1));
  }
  return {std::move(map)};
}

Type random_type(Random& random, bool json_only) {
  if (json_only) {
    return random.pick({Type::boolean, Type::integer, Type::floating, Type::text, Type::list, Type::map});
  }
  return static_cast<Type>(1 + random.below(static_cast<std::uint64_t>(Type::any) - 1));
}

Value typed_value(Random& random, Type type, bool json_only, int depth) {
  switch (type) {
    case Type::null:
      return {Null{}};
    case Type::boolean:
      return {random.chance(50)};
    case Type::integer:
      return random.chance(15) ? random_big_integer(random) : Value{random_integer(random)};
    case Type::floating:
      return {random_float(random, json_only)};
    case Type::decimal:
      return random_decimal(random);
    case Type::text:
      return {random_text(random)};
    case Type::bytes:
      return {Bytes{random_bytes(random, random.below(20))}};
    case Type::date:
      return {Date{random.pick<std::int64_t>(
          {0, -1, 19'782, -719'162, 2'932'896, static_cast<std::int64_t>(random.below(60'000)) - 30'000})}};
    case Type::time:
      return {random.chance(10)
                  ? TimeOfDay{86'400, 0}
                  : TimeOfDay{static_cast<std::int64_t>(random.below(86'400)), random_nanoseconds(random)}};
    case Type::timestamp:
      return {Timestamp{random_seconds(random), random_nanoseconds(random)}};
    case Type::timestamptz:
      return {TimestampTz{random_seconds(random), random_nanoseconds(random)}};
    case Type::uuid: {
      Uuid uuid;
      const auto bytes = random_bytes(random, uuid.bytes.size());
      std::copy(bytes.begin(), bytes.end(), uuid.bytes.begin());
      return {uuid};
    }
    case Type::list:
      return random_list(random, json_only, depth);
    case Type::map:
      return random_map(random, json_only, depth);
    case Type::any:
      return typed_value(random, random_type(random, json_only), json_only, depth);
  }
  return {Null{}};
}

Value nested_value(Random& random, bool json_only, int depth) {
  if (random.chance(10)) {
    return {Null{}};
  }
  Type type = random_type(random, json_only);
  if (depth >= kDepthMax && (type == Type::list || type == Type::map)) {
    type = Type::text;
  }
  return typed_value(random, type, json_only, depth);
}

}  // namespace

Value random_value(Random& random, Type type, bool json_only) {
  return typed_value(random, type, json_only, 0);
}

}  // namespace rowprint::test
