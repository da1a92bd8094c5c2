#pragma once

#include "ingest/catalog.hpp"

#include <string>
#include <vector>

namespace rowprint::daemon {

/// Whether every content has what it needs. What was found missing at the start is missing until its versions are
/// removed. Thread safety: all functions from any thread. Borrows the catalog.
class Readiness {
 public:
  Readiness(Catalog& catalog, std::vector<std::string> missing) : catalog_(catalog), missing_(std::move(missing)) {}
  /// Locations, and names of row digests, that are in the catalog and not there. Blocks on the catalog: await it on a
  /// worker.
  awaitable<Result<std::vector<std::string>>> missing();

 private:
  Catalog& catalog_;
  const std::vector<std::string> missing_;
};

}  // namespace rowprint::daemon
