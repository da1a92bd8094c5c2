#pragma once

#include "ingest/difference_report.hpp"
#include "ingest/source.hpp"

#include <optional>

namespace rowprint {

/// A source whose rows are held, as they pass, against those of a stored sequence, row by row as they stand.
///
/// Decorates: whoever reads it gets the inner source's batches, encoded. Lifecycle: as Source; at the end of the inner
/// source the rest of the stored rows is read, too. Ownership: borrows both sources and the report. Memory: a batch of
/// each. Errors: those of both sources, limit_exceeded for a row of the inner one longer than `row_bytes_max`.
class SequenceWalk final : public Source {
 public:
  SequenceWalk(Source& source, Source& stored, std::size_t row_bytes_max, DifferenceReport& report);

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override { return source_.declared(); }
  std::uint64_t bytes_received() const override { return source_.bytes_received(); }

 private:
  /// Whether there is a stored row to hold the next against: reads on where the batch is used up.
  awaitable<Result<bool>> has_stored();
  awaitable<Result<void>> walk(const Batch& batch);
  awaitable<Result<void>> walk_rest();

  Source& source_;
  Source& stored_source_;
  std::size_t row_bytes_max_;
  DifferenceReport& report_;
  std::optional<Batch> stored_;
  std::size_t stored_index_ = 0;
  bool stored_ended_ = false;
};

}  // namespace rowprint
