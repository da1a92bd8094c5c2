#include "tests/unit/hashing/random_encoding.hpp"

#include <array>
#include <bit>
#include <set>
#include <vector>

namespace rowprint::hashing {
namespace {

// Around the edges of heads and of 64 bits as often as anywhere.
std::int64_t random_int(test::Random& random) {
  const auto wide = static_cast<std::int64_t>(random.bits() >> random.below(64));
  const auto edge = std::int64_t{1} << random.below(63);
  const std::int64_t magnitude = random.chance(50) ? wide : edge + static_cast<std::int64_t>(random.below(3)) - 1;
  return random.chance(50) ? magnitude : -1 - magnitude;
}

std::uint32_t random_nanoseconds(test::Random& random) {
  return random.chance(50) ? 0U : static_cast<std::uint32_t>(random.below(1'000'000'000));
}

void put_random_map(ByteBuffer& out, test::Random& random, int depth_max, bool is_row) {
  const std::size_t begin = out.size();
  std::vector<MapEntry> entries;
  std::set<std::string> keys;
  for (std::uint64_t count = random.below(is_row ? 13 : 5); count > 0; --count) {
    std::string key = random_text(random);
    if (is_row) {
      std::erase(key, '\0');
      key += 'c';
    }
    if (!keys.insert(key).second) {
      continue;
    }
    MapEntry entry{out.size(), 0, 0};
    put_text(out, key);
    entry.value_begin = out.size();
    put_random(out, random, depth_max);
    entry.value_end = out.size();
    if (is_row && out.data()[entry.value_begin] == 0xf6) {
      out.truncate(entry.key_begin);
    } else {
      entries.push_back(entry);
    }
  }
  (void)close_map(out, begin, entries);
}

void put_random_number(ByteBuffer& out, test::Random& random) {
  switch (random.below(4)) {
    case 0:
      return put_int(out, random_int(random));
    case 1:
      return put_float(out, random_double(random));
    case 2:
      (void)put_integer_digits(out, random_digits(random, 60));
      return;
    default:
      (void)put_decimal(out, random_digits(random, 40), static_cast<std::int64_t>(random.below(60)) - 40);
  }
}

void put_random_moment(ByteBuffer& out, test::Random& random) {
  switch (random.below(4)) {
    case 0:
      return put_date(out, random_int(random));
    case 1:
      (void)put_time(out, static_cast<std::int64_t>(random.below(86'400)), random_nanoseconds(random));
      return;
    case 2:
      (void)put_timestamp(out, random_int(random), random_nanoseconds(random));
      return;
    default:
      (void)put_timestamptz(out, random_int(random), random_nanoseconds(random));
  }
}

}  // namespace

std::string random_text(test::Random& random) {
  static const std::vector<std::string> pieces{"a",      "b",      "Z",          "0",      std::string(1, '\0'),
                                               "\u00fc", "\u20ac", "\U0001f600", "longer "};
  std::string text;
  for (std::uint64_t count = random.below(random.chance(5) ? 100 : 8); count > 0; --count) {
    text += random.pick(pieces);
  }
  return text;
}

double random_double(test::Random& random) {
  switch (random.below(4)) {
    case 0:
      return std::bit_cast<double>(random.bits());
    case 1:
      return static_cast<double>(random_int(random)) / static_cast<double>(1ULL << random.below(40));
    case 2:
      return std::bit_cast<float>(static_cast<std::uint32_t>(random.bits()));
    default:
      return static_cast<double>(random_int(random));
  }
}

std::string random_digits(test::Random& random, std::size_t size_max) {
  std::string digits = random.chance(50) ? "-" : "";
  for (std::uint64_t count = 1 + random.below(size_max); count > 0; --count) {
    digits += static_cast<char>('0' + random.below(10));
  }
  if (random.chance(30)) {
    digits.append(random.below(25), '0');
  }
  return digits;
}

void put_random(ByteBuffer& out, test::Random& random, int depth_max) {
  switch (random.below(depth_max > 0 ? 9 : 7)) {
    case 0:
      return put_null(out);
    case 1:
      return put_bool(out, random.chance(50));
    case 2:
    case 3:
      return put_random_number(out, random);
    case 4:
      return put_text(out, random_text(random));
    case 5:
      return put_random_moment(out, random);
    case 6: {
      if (random.chance(50)) {
        return put_bytes(out, as_bytes(random_text(random)));
      }
      std::array<std::uint8_t, 16> uuid{};
      for (std::uint8_t& byte : uuid) {
        byte = static_cast<std::uint8_t>(random.bits());
      }
      return put_uuid(out, uuid);
    }
    case 7: {
      const std::uint64_t count = random.below(5);
      put_list(out, count);
      for (std::uint64_t i = 0; i < count; ++i) {
        put_random(out, random, depth_max - 1);
      }
      return;
    }
    default:
      put_random_map(out, random, depth_max - 1, false);
  }
}

void put_random_row(ByteBuffer& out, test::Random& random) {
  put_random_map(out, random, 4, true);
}

Refusal put_item(ByteBuffer& out, const Item& item) {
  switch (item.kind) {
    case Item::Kind::null:
      put_null(out);
      return Refusal::none;
    case Item::Kind::boolean:
      put_bool(out, item.boolean);
      return Refusal::none;
    case Item::Kind::integer:
      put_int(out, item.integer);
      return Refusal::none;
    case Item::Kind::big_integer:
      return put_integer_digits(out, integer_digits(item.negative, item.bytes));
    case Item::Kind::floating:
      put_float(out, item.floating);
      return Refusal::none;
    case Item::Kind::decimal:
      return put_decimal(out, integer_digits(item.negative, item.bytes), item.integer);
    case Item::Kind::text:
      put_text(out, as_text(item.bytes));
      return Refusal::none;
    case Item::Kind::bytes:
      put_bytes(out, item.bytes);
      return Refusal::none;
    case Item::Kind::date:
      put_date(out, item.integer);
      return Refusal::none;
    case Item::Kind::time:
      return put_time(out, item.integer, item.nanoseconds);
    case Item::Kind::timestamp:
      return put_timestamp(out, item.integer, item.nanoseconds);
    case Item::Kind::timestamptz:
      return put_timestamptz(out, item.integer, item.nanoseconds);
    case Item::Kind::uuid:
      put_uuid(out, item.bytes.first<16>());
      return Refusal::none;
    case Item::Kind::list:
      put_list(out, item.count);
      return Refusal::none;
    case Item::Kind::map:
      put_map(out, item.count);
      return Refusal::none;
  }
  return Refusal::malformed_digits;
}

}  // namespace rowprint::hashing
