#pragma once

#include "hashing/bytes.hpp"
#include "ingest/model/batch.hpp"
#include "store/sqlite/content_format.hpp"

#include <cstdint>
#include <vector>

struct sqlite3_stmt;

namespace rowprint::sqlite {

/// Binds rows to the parameters of an INSERT and learns the form of every column on the way: the first value decides,
/// and a value that does not fit makes the column tagged from its row on.
///
/// Lifecycle: widen() as columns appear; bind() rows in order, each once. Thread safety: none. What is bound points
/// into the batch and into this object and is valid until the next bind(). Cost: 8 ns a cell.
class RowBinder {
 public:
  /// The table has so many columns from now on.
  void widen(std::size_t columns) { forms_.resize(columns, Learned::nothing); }
  std::size_t columns() const { return forms_.size(); }

  /// Binds `rows` rows of the batch from `first` on; row number `number` is the first of them. Gives SQLite's code.
  int bind(sqlite3_stmt* statement, const Batch& batch, std::size_t first, std::size_t rows, std::uint64_t number);

  /// In the order of their rows; a column that is not there is native from row 1.
  const std::vector<FormChange>& changes() const { return changes_; }

 private:
  enum class Learned : std::uint8_t { nothing, native, boolean, tagged };
  /// A value encoded here: bound when the buffer has stopped moving.
  struct Encoded {
    int parameter;
    std::size_t begin;
    std::size_t end;
  };

  int bind_cell(sqlite3_stmt* statement, int parameter, const Cell& cell, std::size_t ordinal, std::uint64_t number);
  void encode(int parameter, const Cell& cell);
  void become_native(std::size_t ordinal, std::uint64_t number);
  void become_boolean(std::size_t ordinal, std::uint64_t number);
  void become_tagged(std::size_t ordinal, std::uint64_t number);

  std::vector<Learned> forms_;
  std::vector<FormChange> changes_;
  hashing::ByteBuffer encoded_bytes_;
  std::vector<Encoded> encoded_;
};

}  // namespace rowprint::sqlite
