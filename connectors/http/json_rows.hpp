#pragma once

#include "ingest/model/batch.hpp"
#include "ingest/model/schema.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rowprint {

/// Writes the rows of batches as text: NDJSON, one line a row, all columns of the schema in its order, nulls written
/// out.
///
/// Reading the text back under the same schema gives the same rows. Lifecycle: write() batches of one content, in
/// order. Thread safety: none. Ownership: keeps a copy of the schema; appends to a string that the caller owns. Errors:
/// unsupported_value with row and column for a value that JSON has no form for (a decimal, bytes, a time, a UUID, NaN
/// or an infinity inside `any`, a list or a map); `out` then ends with the row before.
class JsonRows {
 public:
  explicit JsonRows(Schema schema);

  /// Appends rows [begin, end) of the batch. Columns of the batch that are not in the schema are left out.
  Result<void> write(std::string& out, const Batch& batch, std::size_t begin, std::size_t end);
  Result<void> write(std::string& out, const Batch& batch) { return write(out, batch, 0, batch.rows()); }

 private:
  void meet(const Batch& batch);
  Result<void> write_row(std::string& out, std::span<const Cell> row, std::uint64_t number) const;

  Schema schema_;
  std::vector<std::string> keys_;  ///< `{"name":` for the first column, `,"name":` for the others
  std::vector<std::uint32_t> ordinals_;
  std::shared_ptr<const ColumnTable> known_columns_;
};

/// Appends the canonical rows [begin, end) one after the other: a CBOR sequence (RFC 8742). Encodes the batch if it is
/// not yet. Errors: limit_exceeded with the row.
Result<void> write_cbor_sequence(std::string& out, Batch& batch, std::size_t begin, std::size_t end,
                                 std::size_t row_bytes_max);

}  // namespace rowprint
