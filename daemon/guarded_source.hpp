#pragma once

#include "daemon/admission.hpp"
#include "hashing/canonical.hpp"
#include "ingest/source.hpp"

#include <cstddef>
#include <cstdint>

namespace rowprint::daemon {

/// A source that ends with an error where the daemon's bounds do: rows of one ingest, lists and maps in each other,
/// room on the disk while it runs. Looked at batch by batch.
///
/// Borrows the inner source and the admission. Errors: also limit_exceeded at the row, with the column where it is
/// one's; no_space.
class GuardedSource final : public Source {
 public:
  /// `rows_max`: 0 is no bound. `nesting_max` is for sources that do not keep to it themselves.
  GuardedSource(Source& inner, const Admission& admission, std::uint64_t rows_max,
                std::size_t nesting_max = hashing::kDepthMax)
      : inner_(inner), admission_(admission), rows_max_(rows_max), nesting_max_(nesting_max) {}

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override { return inner_.declared(); }
  std::uint64_t bytes_received() const override { return inner_.bytes_received(); }

 private:
  Result<void> check(const Batch& batch) const;

  Source& inner_;
  const Admission& admission_;
  const std::uint64_t rows_max_;
  const std::size_t nesting_max_;
};

}  // namespace rowprint::daemon
