#pragma once

#include "ingest/catalog.hpp"
#include "ingest/disk/disk.hpp"
#include "ingest/model/value.hpp"
#include "ingest/progress.hpp"
#include "ingest/source.hpp"
#include "ingest/store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint {

/// One place where a source and a stored content part.
struct Difference {
  enum class Kind : std::uint8_t {
    column,       ///< a column has another type, or is on one side only; the values are the names of its types
    changed,      ///< a value of a row differs
    only_source,  ///< a row that is not stored, or not so often; the value is the row as a map
    only_stored,  ///< a row that the source does not have, or not so often; the value is the row as a map
  };
  Kind kind = Kind::changed;
  /// The first row is 1. In a set it is where one such row stands on the side that has it, if that was read again.
  std::optional<std::uint64_t> row;
  std::string column;  ///< empty where it is a whole row
  /// Nothing where that side has no such row or column, where it could not be read again, and where the value is longer
  /// than the report has room for. A null of a row that is there is a Null.
  std::optional<Value> source;
  std::optional<Value> stored;
  std::uint64_t count = 1;  ///< rows: in a set as many more of them are on that side
};
/// "column", "changed", "only_source", "only_stored".
std::string_view to_string(Difference::Kind kind);

/// What reading a source again gave, beside a stored content.
struct Comparison {
  bool agrees = false;               ///< the same identity: rows, schema and, in a sequence, order
  hashing::Fingerprint fingerprint;  ///< of the source: rp1m for a set, rp1s for a sequence
  std::uint64_t rows = 0;            ///< of the source
  Schema schema;                     ///< of the source
  /// In words, where it does not agree: the first that differs of columns and types, number of rows, rows.
  std::string difference;
  /// Where they part, columns first, then rows; empty where none was asked for.
  std::vector<Difference> report;
  /// Rows that differ, those that the report had no room for too; 0 where no report was asked for. Rows are compared by
  /// their canonical bytes, so 1 and 1.0 differ in the schema alone.
  std::uint64_t rows_differing = 0;
};

struct CompareLimits {
  std::size_t row_bytes_max = 1U << 20U;  ///< of the source
  /// For the row digests of a set: of the source alone, or, with a report, half for each side. At least 1 MiB a side.
  /// Beyond it sorted runs spill into `spill_directory`, 32 bytes a row and side.
  std::size_t sort_bytes = 16U << 20U;
  std::string spill_directory;
  std::size_t report_items_max = 100;
  /// What the values of a report may take, in bytes of their canonical encoding; each of them at most a sixteenth.
  std::size_t report_bytes_max = 256U << 10U;
};

/// Opens a source once more. Called at most once.
using ReadAgain = std::function<awaitable<Result<std::unique_ptr<Source>>>()>;

/// Reads a source to its end and says whether it has the identity of `content` under `order`. The stored rows are not
/// read. `progress` may be empty; it counts the rows of the source.
///
/// Memory: a batch, and `sort_bytes` for a set. Blocks on files: await it on a worker. Borrows the source and the disk.
/// Errors: those of the source (with their row), limit_exceeded, io and no_space for what is spilled, cancelled;
/// bad_input when a set is asked for and the content has no rp1m. A difference is no error.
awaitable<Result<Comparison>> compare(Disk& disk, Content content, Order order, Source& source, CompareLimits limits,
                                      std::shared_ptr<Progress> progress);

/// The same with a report. In a sequence both sides are walked row by row as they stand: a row that was inserted moves
/// all that follow. In a set the row digests of both sides are sorted and joined, then the stored rows are read again
/// to show those that differ, and the source too if `read_again` is not empty; a row it does not have any more keeps
/// its item, without value and row.
///
/// Memory: two batches, the report, and `sort_bytes` for a set. Errors: also those of the store's reader.
awaitable<Result<Comparison>> compare_with_report(Store& store, Disk& disk, Content content, Order order,
                                                  Source& source, CompareLimits limits, ReadAgain read_again,
                                                  std::shared_ptr<Progress> progress);

}  // namespace rowprint
