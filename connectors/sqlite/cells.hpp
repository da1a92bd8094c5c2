#pragma once

#include "hashing/bytes.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/error.hpp"
#include "ingest/model/type.hpp"

#include <cstddef>
#include <optional>

struct sqlite3_stmt;

namespace rowprint::sqlite_file {

/// Turns the values of a statement's current row into cells.
///
/// Each value is what its own storage class says: INTEGER int, REAL float, TEXT text, BLOB bytes. A type that the
/// column is to have instead takes what docs/sql-types.md, section "SQLite", has in its table, and refuses everything
/// else. Lifecycle: one for a builder and a connection. Thread safety: as the statement. Ownership: borrows the
/// builder, in which cells keep what they point to. Errors (without position, which the caller knows): bad_input for a
/// value that is not of the type, shown shortened; unsupported_value for text that is none and for a value that its
/// type has no exact form for; limit_exceeded; busy without memory.
class Cells {
 public:
  /// `utf16`: as Snapshot::keeps_utf16().
  Cells(BatchBuilder& builder, bool utf16) : builder_(builder), utf16_(utf16) {}

  /// `column` counts from 0; a column without a type takes every value.
  Result<Cell> read(sqlite3_stmt* statement, int column, std::optional<Type> type);
  /// The bytes of a value, before anything of it is copied; 8 for a number.
  std::size_t value_bytes(sqlite3_stmt* statement, int column) const;

 private:
  Result<Cell> from_text(sqlite3_stmt* statement, int column, std::optional<Type> type);
  Result<Cell> from_blob(sqlite3_stmt* statement, int column, std::optional<Type> type);

  BatchBuilder& builder_;
  bool utf16_;
  hashing::ByteBuffer scratch_;
};

/// Whether a column of a query's result may be asked to have that type: lists and maps may not.
bool is_output_type(Type type);

}  // namespace rowprint::sqlite_file
