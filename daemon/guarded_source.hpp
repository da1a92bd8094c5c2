#pragma once

#include "config/config.hpp"
#include "daemon/admission.hpp"
#include "ingest/source.hpp"

#include <cstdint>

namespace rowprint::daemon {

/// A source that ends with an error where the daemon's bounds do: rows of one ingest, lists and maps in each other,
/// room on the disk while it runs. Looked at batch by batch.
///
/// Borrows the inner source and the admission. Errors: also limit_exceeded with the row, and the column where it is
/// one's; no_space.
class GuardedSource final : public Source {
 public:
  GuardedSource(Source& inner, const Admission& admission, const config::Limits& limits)
      : inner_(inner), admission_(admission), rows_max_(limits.ingest_rows), nesting_max_(limits.nesting) {}

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override { return inner_.declared(); }
  std::uint64_t bytes_received() const override { return inner_.bytes_received(); }

 private:
  Result<void> check(const Batch& batch) const;

  Source& inner_;
  const Admission& admission_;
  const std::uint64_t rows_max_;  ///< 0: no bound
  const std::size_t nesting_max_;
};

}  // namespace rowprint::daemon
