#pragma once

#include "connectors/postgres/value_type.hpp"
#include "ingest/model/value.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace rowprint::test {

/// Bytes as PostgreSQL sends them.
class Sent {
 public:
  template <typename Number>
  Sent& number(Number value) {
    for (std::size_t i = sizeof(value); i-- > 0;) {
      bytes_.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> 8 * i));
    }
    return *this;
  }
  Sent& text(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  /// A value with its length before it.
  Sent& item(const Sent& value) { return number(static_cast<std::int32_t>(value.bytes_.size())).text(value.bytes_); }
  Sent& null() { return number(std::int32_t{-1}); }
  std::string_view view() const { return bytes_; }
  Sent cut(std::size_t size) const {
    Sent shorter;
    shorter.bytes_ = bytes_.substr(0, size);
    return shorter;
  }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_;
};

/// numeric: groups of four digits, the first one's weight, a sign, how many digits are shown.
inline Sent numeric(std::initializer_list<int> groups, int weight, int sign = 0, int scale = 0) {
  Sent sent;
  sent.number(static_cast<std::int16_t>(groups.size())).number(static_cast<std::int16_t>(weight));
  sent.number(static_cast<std::uint16_t>(sign)).number(static_cast<std::uint16_t>(scale));
  for (const int group : groups) {
    sent.number(static_cast<std::uint16_t>(group));
  }
  return sent;
}

inline Sent bytes_of(std::string_view text) {
  return Sent{}.text(text);
}

/// A decoded value, or the error. Both ways of decoding a type, into a cell and into an encoding, must agree.
inline Result<Value> decode(const postgres::ValueType& type, const Sent& sent) {
  BatchBuilder builder;
  postgres::Decoding decoding{builder};
  const hashing::ByteView field = hashing::as_bytes(sent.view());
  Cell cell;
  if (!type.cell(type, field, decoding, cell)) {
    return fail(decoding.take_error());
  }
  EXPECT_TRUE(is_of_type(cell.kind(), type.type)) << type.name;
  hashing::ByteBuffer of_cell;
  put_cell(of_cell, cell);
  hashing::ByteBuffer put;
  EXPECT_TRUE(type.put(type, field, decoding, put, 0)) << type.name;
  EXPECT_EQ(hashing::as_text(of_cell.view()), hashing::as_text(put.view())) << type.name;
  return to_value(cell);
}
inline Result<Value> decode(std::uint32_t oid, const Sent& sent) {
  return decode(*postgres::builtin_type(oid), sent);
}

}  // namespace rowprint::test
