#include "hashing/canonical_reader.hpp"

#include "hashing/canonical.hpp"
#include "hashing/utf8.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace rowprint::hashing {
namespace {

constexpr std::uint8_t kSimple = 0xe0;
constexpr std::uint64_t kInt64Max = std::numeric_limits<std::int64_t>::max();

double from_half(std::uint16_t bits) {
  const int exponent = bits >> 10U & 0x1fU;
  const int fraction = bits & 0x3ffU;
  const double magnitude = exponent == 0    ? std::ldexp(fraction, -24)
                           : exponent != 31 ? std::ldexp(fraction + 1024, exponent - 25)
                           : fraction == 0  ? std::numeric_limits<double>::infinity()
                                            : std::numeric_limits<double>::quiet_NaN();
  return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
}

bool ends_in_zero(bool negative, ByteView magnitude) {
  unsigned remainder = 0;
  for (const std::uint8_t byte : magnitude) {
    remainder = (remainder * 256 + byte) % 10;
  }
  return (remainder + (negative ? 1U : 0U)) % 10 == 0;
}

// Whether the encoder writes an integer in place of this decimal, whose mantissa does not end in zero.
bool reduces_to_integer(bool negative, ByteView magnitude, std::int64_t exponent) {
  if (exponent < 0 || exponent > 19 || magnitude.size() > 8) {
    return false;
  }
  std::uint64_t value = 0;
  for (const std::uint8_t byte : magnitude) {
    value = value << 8U | byte;
  }
  if (negative && ++value == 0) {
    return false;
  }
  for (; exponent > 0; --exponent) {
    if (__builtin_mul_overflow(value, std::uint64_t{10}, &value)) {
      return false;
    }
  }
  return !negative || value <= kInt64Max + 1;
}

}  // namespace

void CanonicalReader::begin() {
  reason_ = {};
  cut_ = false;
  beyond_limit_ = false;
  too_deep_ = false;
}

bool CanonicalReader::refuse(std::string_view reason) {
  // What the bytes after the end would have been, nobody knows.
  if (!cut_) {
    reason_ = reason;
    refused_at_ = item_begin_;
  }
  return false;
}

bool CanonicalReader::refuse_cut() {
  refuse("ends before the value does");
  cut_ = true;
  return false;
}

bool CanonicalReader::refuse_limit(std::string_view reason) {
  beyond_limit_ = true;
  return refuse(reason);
}

std::optional<ByteView> CanonicalReader::since(std::size_t begin, bool accepted) {
  if (!accepted) {
    offset_ = begin;
    return std::nullopt;
  }
  return bytes_.subspan(begin, offset_ - begin);
}

std::optional<Item> CanonicalReader::read() {
  begin();
  Item item;
  const std::size_t first = offset_;
  const auto raw = since(first, read_item(item));
  if (!raw) {
    return std::nullopt;
  }
  item.raw = *raw;
  return item;
}

std::optional<ByteView> CanonicalReader::skip() {
  begin();
  const std::size_t first = offset_;
  return since(first, skip_value(0));
}

std::optional<ByteView> CanonicalReader::skip_row() {
  const std::size_t first = offset_;
  const auto columns = read_row();
  bool accepted = columns.has_value();
  for (std::uint64_t i = 0; accepted && i < *columns; ++i) {
    accepted = read_column().has_value();
  }
  return since(first, accepted);
}

std::optional<std::uint64_t> CanonicalReader::read_row() {
  begin();
  last_column_ = {};
  const std::size_t first = offset_;
  Item row;
  const bool accepted = read_item(row) && (row.kind == Item::Kind::map || refuse("a row that is no map"));
  return since(first, accepted) ? std::optional{row.count} : std::nullopt;
}

std::optional<RowColumn> CanonicalReader::read_column() {
  begin();
  const std::size_t first = offset_;
  RowColumn column;
  bool accepted = read_key(column.name, last_column_);
  if (accepted && (column.name.empty() || column.name.find('\0') != std::string_view::npos)) {
    accepted = refuse("a column name that is empty or holds NUL");
  }
  if (accepted && offset_ < bytes_.size() && bytes_[offset_] == 0xf6) {
    accepted = refuse("a null column that is not left out");
  }
  const std::size_t value_begin = offset_;
  if (!since(first, accepted && skip_value(0))) {
    return std::nullopt;
  }
  column.value = bytes_.subspan(value_begin, offset_ - value_begin);
  return column;
}

bool CanonicalReader::skip_value(int containers) {
  Item item;
  if (!read_item(item)) {
    return false;
  }
  if (item.kind != Item::Kind::list && item.kind != Item::Kind::map) {
    return true;
  }
  if (containers == nesting_max_) {
    too_deep_ = true;
    return refuse_limit("lists and maps nested too deep");
  }
  if (item.kind == Item::Kind::map) {
    return skip_pairs(item.count, containers + 1);
  }
  for (std::uint64_t i = 0; i < item.count; ++i) {
    if (!skip_value(containers + 1)) {
      return false;
    }
  }
  return true;
}

bool CanonicalReader::skip_pairs(std::uint64_t count, int containers) {
  std::string_view name;
  std::string_view last_key;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!read_key(name, last_key) || !skip_value(containers)) {
      return false;
    }
  }
  return true;
}

/// `last_key` is encoded, and empty before the first.
bool CanonicalReader::read_key(std::string_view& name, std::string_view& last_key) {
  Item key;
  if (!read_item(key)) {
    return false;
  }
  if (key.kind != Item::Kind::text) {
    return refuse("a key that is no text");
  }
  const std::string_view encoded = as_text(bytes_.subspan(item_begin_, offset_ - item_begin_));
  if (encoded <= last_key) {
    return refuse(encoded == last_key ? "a key that stands twice in one map" : "keys out of order");
  }
  last_key = encoded;
  name = as_text(key.bytes);
  return true;
}

bool CanonicalReader::read_head(Head& head) {
  if (at_end()) {
    return refuse_cut();
  }
  head.major = bytes_[offset_] & 0xe0U;
  head.info = bytes_[offset_] & 0x1fU;
  ++offset_;
  if (head.info < 24) {
    head.value = head.info;
    return true;
  }
  if (head.info > 27) {
    return refuse("an indefinite length or a reserved head");
  }
  const std::size_t size = std::size_t{1} << (head.info - 24U);
  if (bytes_.size() - offset_ < size) {
    return refuse_cut();
  }
  head.value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    head.value = head.value << 8U | bytes_[offset_++];
  }
  const std::uint64_t least = size == 1 ? 24 : std::uint64_t{1} << (4 * size);
  return head.major == kSimple || head.value >= least || refuse("a head that is not the shortest");
}

bool CanonicalReader::read_item(Item& item) {
  item_begin_ = offset_;
  Head head;
  if (!read_head(head)) {
    return false;
  }
  switch (head.major) {
    case detail::kUnsigned:
    case detail::kNegative:
      item.kind = Item::Kind::integer;
      return read_integer(item, head);
    case detail::kByteString:
      item.kind = Item::Kind::bytes;
      return read_string(item.bytes, head);
    case detail::kTextString:
      return read_text(item, head);
    case detail::kArray:
    case detail::kMap:
      return read_count(item, head);
    case detail::kTag:
      return read_tagged(item, head.value);
    default:
      return read_simple(item, head);
  }
}

// Past std::int64_t the magnitude is kept in the reader, since the bytes hold no byte string to point to.
bool CanonicalReader::read_integer(Item& item, const Head& head) {
  item.negative = head.major == detail::kNegative;
  if (head.value <= kInt64Max) {
    const auto value = static_cast<std::int64_t>(head.value);
    item.integer = item.negative ? -1 - value : value;
    return true;
  }
  item.kind = Item::Kind::big_integer;
  detail::write_big_endian(inline_magnitude_, head.value);
  item.bytes = inline_magnitude_;
  return true;
}

bool CanonicalReader::read_string(ByteView& bytes, const Head& head) {
  if (bytes_.size() - offset_ < head.value) {
    return refuse_cut();
  }
  bytes = bytes_.subspan(offset_, static_cast<std::size_t>(head.value));
  offset_ += bytes.size();
  return true;
}

bool CanonicalReader::read_text(Item& item, const Head& head) {
  item.kind = Item::Kind::text;
  return read_string(item.bytes, head) && (is_utf8(as_text(item.bytes)) || refuse("text that is not UTF-8"));
}

bool CanonicalReader::read_count(Item& item, const Head& head) {
  const bool is_map = head.major == detail::kMap;
  item.kind = is_map ? Item::Kind::map : Item::Kind::list;
  item.count = head.value;
  // A byte an item at the least: a count that cannot be true must not make anybody reserve room for it.
  const std::uint64_t items_max = (bytes_.size() - offset_) / (is_map ? 2 : 1);
  return item.count <= items_max || refuse_cut();
}

bool CanonicalReader::read_simple(Item& item, const Head& head) {
  switch (head.info) {
    case 20:
    case 21:
      item.kind = Item::Kind::boolean;
      item.boolean = head.info == 21;
      return true;
    case 22:
      item.kind = Item::Kind::null;
      return true;
    case 25:
    case 26:
    case 27:
      return read_float(item, head);
    default:
      return refuse("a simple value other than false, true and null");
  }
}

bool CanonicalReader::read_float(Item& item, const Head& head) {
  item.kind = Item::Kind::floating;
  item.floating = head.info == 25   ? from_half(static_cast<std::uint16_t>(head.value))
                  : head.info == 26 ? std::bit_cast<float>(static_cast<std::uint32_t>(head.value))
                                    : std::bit_cast<double>(head.value);
  std::uint8_t shortest[unchecked::kScalarBytesMax];
  const std::uint8_t* const end = unchecked::write_float(shortest, item.floating);
  const ByteView found = bytes_.subspan(item_begin_, offset_ - item_begin_);
  return as_text({shortest, end}) == as_text(found) || refuse("a float that is not reduced or not the shortest");
}

bool CanonicalReader::read_tagged(Item& item, std::uint64_t tag) {
  switch (tag) {
    case 2:
    case 3:
      item.kind = Item::Kind::big_integer;
      return read_big_integer(item, tag == 3);
    case 4:
      item.kind = Item::Kind::decimal;
      return read_decimal(item);
    case kTagDate:
      item.kind = Item::Kind::date;
      return read_int64(item.integer);
    case kTagInstant:
      item.kind = Item::Kind::timestamptz;
      return read_seconds(item);
    case kTagTimestamp:
      item.kind = Item::Kind::timestamp;
      return read_seconds(item);
    case kTagTimeOfDay: {
      item.kind = Item::Kind::time;
      const bool within = read_seconds(item) && item.integer >= 0 && item.integer <= detail::kSecondsInDay &&
                          (item.integer != detail::kSecondsInDay || item.nanoseconds == 0);
      return within || refuse("a time of day outside 00:00:00 to 24:00:00");
    }
    case kTagUuid: {
      item.kind = Item::Kind::uuid;
      Head head;
      if (!read_head(head)) {
        return false;
      }
      return head.major == detail::kByteString && head.value == 16 ? read_string(item.bytes, head)
                                                                   : refuse("a UUID that is not 16 bytes");
    }
    default:
      return refuse("a tag that the format does not have");
  }
}

bool CanonicalReader::read_big_integer(Item& item, bool negative) {
  item.negative = negative;
  Head head;
  if (!read_head(head)) {
    return false;
  }
  if (head.major != detail::kByteString) {
    return refuse("a big integer that is no byte string");
  }
  if (!read_string(item.bytes, head)) {
    return false;
  }
  if (item.bytes.size() <= 8 || item.bytes[0] == 0) {
    return refuse("a big integer that is not the shortest");
  }
  return has_digits_within_limit(negative, item.bytes) || refuse_limit("more than 147455 digits");
}

bool CanonicalReader::read_decimal(Item& item) {
  Head head;
  if (!read_head(head)) {
    return false;
  }
  if (head.major != detail::kArray || head.value != 2) {
    return refuse("a decimal that is no exponent and mantissa");
  }
  if (!read_int64(item.integer)) {
    return false;
  }
  if (item.integer < kExponentMin || item.integer > kExponentMax) {
    return refuse_limit("a decimal exponent outside -16383 to 131071");
  }
  if (!read_head(head)) {
    return false;
  }
  if (head.major == detail::kUnsigned || head.major == detail::kNegative) {
    item.negative = head.major == detail::kNegative;
    detail::write_big_endian(inline_magnitude_, head.value);
    const auto leading_zeros = static_cast<std::size_t>(std::countl_zero(head.value)) / 8;
    item.bytes = ByteView{inline_magnitude_}.subspan(leading_zeros);
  } else if (head.major != detail::kTag || (head.value != 2 && head.value != 3)) {
    return refuse("a mantissa that is no integer");
  } else if (!read_big_integer(item, head.value == 3)) {
    return false;
  }
  if (ends_in_zero(item.negative, item.bytes)) {
    return refuse("a mantissa that ends in zero");
  }
  return !reduces_to_integer(item.negative, item.bytes, item.integer) || refuse("a decimal that is not reduced");
}

bool CanonicalReader::read_int64(std::int64_t& value) {
  Head head;
  if (!read_head(head)) {
    return false;
  }
  if ((head.major != detail::kUnsigned && head.major != detail::kNegative) || head.value > kInt64Max) {
    return refuse("not an integer of 64 bits where one has to be");
  }
  value = static_cast<std::int64_t>(head.value);
  if (head.major == detail::kNegative) {
    value = -1 - value;
  }
  return true;
}

bool CanonicalReader::read_seconds(Item& item) {
  Head map;
  std::int64_t key = 0;
  if (!read_head(map) || map.major != detail::kMap || map.value < 1 || map.value > 2 || !read_int64(key) || key != 1) {
    return refuse("a time that is no map of seconds");
  }
  if (!read_int64(item.integer)) {
    return false;
  }
  if (map.value == 1) {
    return true;
  }
  std::int64_t nanoseconds = 0;
  if (!read_int64(key) || key != -9 || !read_int64(nanoseconds) || nanoseconds < 1 ||
      nanoseconds >= detail::kNanosecondsInSecond) {
    return refuse("a time whose nanoseconds are not 1 to 999999999 under the key -9");
  }
  item.nanoseconds = static_cast<std::uint32_t>(nanoseconds);
  return true;
}

}  // namespace rowprint::hashing
