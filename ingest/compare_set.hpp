#pragma once

#include "hashing/multiset_hash.hpp"
#include "ingest/difference_report.hpp"
#include "ingest/progress.hpp"
#include "ingest/source.hpp"

#include <memory>
#include <vector>

namespace rowprint {

/// Rows of which one side has more than the other, by their digest; as many of them as the report has items. Item i of
/// the report is row i here.
///
/// Lifecycle: a value, made by join(); locate() once for each side. Thread safety: none.
class DifferingRows {
 public:
  /// Holds the digests of both sides against each other and puts what differs into the report. Blocks on the spill
  /// files. Errors: io and no_space of theirs.
  static Result<DifferingRows> join(hashing::MultisetHash& source, hashing::MultisetHash& stored,
                                    DifferenceReport& report);

  /// Reads one side until every row that only it has (`kind`) was found, and shows them in the report. Errors: those of
  /// the source; limit_exceeded for a row longer than `row_bytes_max`; cancelled.
  awaitable<Result<void>> locate(Difference::Kind kind, Source& side, std::size_t row_bytes_max,
                                 DifferenceReport& report, std::shared_ptr<Progress> progress);
  bool has(Difference::Kind kind) const;

 private:
  struct Row {
    hashing::Digest digest;
    Difference::Kind kind;
    bool located = false;
  };
  std::vector<Row> rows_;  ///< ascending by digest
};

/// Adds every row of a source to a set. Errors: those of the source; io and no_space of the spill file; cancelled.
awaitable<Result<void>> add_rows(Source& source, hashing::MultisetHash& set, std::shared_ptr<Progress> progress);

}  // namespace rowprint
