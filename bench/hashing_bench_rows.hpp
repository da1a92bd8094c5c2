#pragma once

#include "hashing/bytes.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace rowprint::bench {

/// One row of the benchmark's shape, as a source would hold it: typed, not yet encoded.
struct BenchRow {
  std::int64_t id;
  std::string name;
  double price;
  std::int64_t quantity;
  bool flag;
  std::string note;
  std::int64_t when_seconds;
  std::uint32_t when_nanoseconds;
  std::int64_t reference;
};

/// Eight columns: id int, name text, price float, qty int, flag bool, note text, when timestamptz, ref int; about 100
/// bytes of canonical CBOR a row.
std::vector<BenchRow> make_rows(std::size_t count);

/// Encodes rows of that shape through the primitives, keys in their canonical order.
class BenchEncoder {
 public:
  BenchEncoder();
  void put_row(hashing::ByteBuffer& out, const BenchRow& row) const;

 private:
  std::array<std::string, 8> keys_;
  std::size_t keys_bytes_ = 0;
};

}  // namespace rowprint::bench
