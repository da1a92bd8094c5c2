#pragma once

#include "hashing/bytes.hpp"
#include "ingest/model/cell.hpp"
#include "store/sqlite/column_forms.hpp"

#include <cstdint>
#include <span>

namespace rowprint::sqlite {

/// Writes rows as SQLite's records (https://sqlite.org/fileformat2.html, section 2.1), each value in the form of its
/// column.
///
/// Lifecycle: widen() as columns appear; rows in order. Thread safety: none. Memory: twice the longest row.
class RowRecord {
 public:
  void widen(std::size_t columns) { forms_.widen(columns); }
  /// The record of row `number` (the first is 1), of as many columns as the row has cells, but at least one. Valid
  /// until the next one is asked for.
  hashing::ByteView of(std::span<const Cell> cells, std::uint64_t number);

  const ColumnForms& forms() const { return forms_; }

 private:
  std::uint8_t* write_value(std::uint8_t* type, const Cell& cell, std::size_t ordinal, std::uint64_t number);
  std::uint8_t* write_number(std::uint8_t* type, std::int64_t value);
  std::uint8_t* write_blob(std::uint8_t* type, hashing::ByteView bytes);

  ColumnForms forms_;
  hashing::ByteBuffer types_;  ///< the header, but for its size
  hashing::ByteBuffer record_;
};

}  // namespace rowprint::sqlite
