#include "connectors/postgres/epoch.hpp"
#include "connectors/postgres/field_reader.hpp"
#include "connectors/postgres/value_type.hpp"

#include <arpa/inet.h>
#include <array>
#include <limits>

/// Types whose canonical value is text that the server writes, or a small map.
namespace rowprint::postgres {
namespace {

using hashing::ByteBuffer;
using hashing::ByteView;

constexpr std::string_view kHex = "0123456789abcdef";

}  // namespace

/// As the server prints it: the prefix length where it is a cidr, or not that of a single host.
bool put_inet(const ValueType& type, ByteView field, Decoding& decoding, ByteBuffer& out, int /*depth*/) {
  constexpr std::uint8_t kIpv4 = 2;
  constexpr std::uint8_t kIpv6 = 3;
  FieldReader reader{field};
  const auto family = reader.read<std::uint8_t>();
  const unsigned bits = reader.read<std::uint8_t>();
  const bool is_cidr = reader.read<std::uint8_t>() != 0;
  const auto size = reader.read<std::uint8_t>();
  const ByteView address = reader.rest();
  const std::size_t expected = family == kIpv4 ? 4 : 16;
  if (!reader.sound() || (family != kIpv4 && family != kIpv6) || size != expected || address.size() != expected ||
      bits > expected * 8) {
    return decoding.malformed(type.name);
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_ntop(family == kIpv4 ? AF_INET : AF_INET6, address.data(), text.data(), text.size()) == nullptr) {
    return decoding.malformed(type.name);
  }
  decoding.text.assign(text.data());
  if (is_cidr || bits != expected * 8) {
    decoding.text.append("/").append(std::to_string(bits));
  }
  hashing::put_text(out, decoding.text);
  return true;
}

bool put_macaddr(const ValueType& type, ByteView field, Decoding& decoding, ByteBuffer& out, int /*depth*/) {
  if (field.size() != 6 && field.size() != 8) {
    return decoding.malformed(type.name);
  }
  decoding.text.clear();
  for (const std::uint8_t byte : field) {
    if (!decoding.text.empty()) {
      decoding.text.push_back(':');
    }
    decoding.text.push_back(kHex[byte >> 4U]);
    decoding.text.push_back(kHex[byte & 15U]);
  }
  hashing::put_text(out, decoding.text);
  return true;
}

bool put_bits(const ValueType& type, ByteView field, Decoding& decoding, ByteBuffer& out, int /*depth*/) {
  FieldReader reader{field};
  const auto count = static_cast<std::size_t>(reader.read<std::uint32_t>());
  const ByteView bytes = reader.rest();
  if (!reader.sound() || bytes.size() != (count + 7) / 8) {
    return decoding.malformed(type.name);
  }
  decoding.text.clear();
  for (std::size_t i = 0; i < count; ++i) {
    decoding.text.push_back((bytes[i / 8] >> (7 - i % 8) & 1U) != 0 ? '1' : '0');
  }
  hashing::put_text(out, decoding.text);
  return true;
}

bool put_interval(const ValueType& type, ByteView field, Decoding& decoding, ByteBuffer& out, int depth) {
  FieldReader reader{field};
  const auto microseconds = reader.read<std::int64_t>();
  const auto days = reader.read<std::int32_t>();
  const auto months = reader.read<std::int32_t>();
  if (!reader.complete()) {
    return decoding.malformed(type.name);
  }
  using Limits32 = std::numeric_limits<std::int32_t>;
  using Limits64 = std::numeric_limits<std::int64_t>;
  // PostgreSQL 17 and later have these two.
  if ((microseconds == Limits64::max() && days == Limits32::max() && months == Limits32::max()) ||
      (microseconds == Limits64::min() && days == Limits32::min() && months == Limits32::min())) {
    return decoding.refuse("an infinite interval, which has no form: make it null or cast it to text");
  }
  if (!may_open(depth, decoding)) {
    return false;
  }
  hashing::put_map(out, 3);
  hashing::put_text(out, "days");
  hashing::put_int(out, days);
  hashing::put_text(out, "months");
  hashing::put_int(out, months);
  hashing::put_text(out, "microseconds");
  hashing::put_int(out, microseconds);
  return true;
}

bool put_timetz(const ValueType& type, ByteView field, Decoding& decoding, ByteBuffer& out, int depth) {
  FieldReader reader{field};
  const auto microseconds = reader.read<std::int64_t>();
  const auto west = reader.read<std::int32_t>();
  if (!reader.complete() || microseconds < 0) {
    return decoding.malformed(type.name);
  }
  if (!may_open(depth, decoding)) {
    return false;
  }
  hashing::put_map(out, 2);
  hashing::put_text(out, "time");
  const auto nanoseconds = static_cast<std::uint32_t>(microseconds % kMicrosecondsInSecond * kNanosecondsInMicrosecond);
  const auto refusal = hashing::put_time(out, microseconds / kMicrosecondsInSecond, nanoseconds);
  hashing::put_text(out, "offset");
  hashing::put_int(out, -std::int64_t{west});
  return refusal == hashing::Refusal::none || decoding.malformed(type.name);
}

}  // namespace rowprint::postgres
