#pragma once

#include "connectors/sqlite/cells.hpp"
#include "connectors/sqlite/snapshot.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/sql/query.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace rowprint::sqlite_file {

/// The rows of one query on a snapshot, in batches.
///
/// Lifecycle: as Source, but that it blocks. Thread safety: as the snapshot. Ownership: borrows the snapshot, which
/// outlives it. Stays where it was made.
class RowReader {
 public:
  struct Limits {
    BatchBuilder::Limits batch;
    std::size_t row_bytes_max;
  };
  /// Errors: those of Snapshot::prepare() and bind_parameters(); bad_input, with the column, for one that the result
  /// has twice, one of `output` that it has not, and one whose type no value of SQLite has; limit_exceeded for too many
  /// columns.
  static Result<std::unique_ptr<RowReader>> start(Snapshot& snapshot, const sql::Query& query, Limits limits);
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;

  /// As Source::next().
  Result<std::optional<Batch>> next();
  /// Of the values so far.
  std::uint64_t bytes() const { return bytes_; }

 private:
  RowReader(Snapshot& snapshot, Statement statement, Limits limits)
      : snapshot_(snapshot),
        statement_(std::move(statement)),
        row_bytes_max_(limits.row_bytes_max),
        builder_(limits.batch),
        cells_(builder_, snapshot.keeps_utf16()) {}
  Result<void> name_columns(const Schema& output);
  Result<bool> step();
  Result<void> read_row();
  Result<void> count_row();

  Snapshot& snapshot_;
  Statement statement_;
  std::size_t row_bytes_max_;
  BatchBuilder builder_;
  Cells cells_;
  std::vector<std::optional<Type>> types_;  ///< by column, whose ordinal is the same
  std::uint64_t bytes_ = 0;
  bool ended_ = false;
};

}  // namespace rowprint::sqlite_file
