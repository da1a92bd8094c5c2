#pragma once

#include "config/config.hpp"
#include "ingest/model/batch.hpp"

#include <algorithm>

namespace rowprint::daemon {

/// How large the batches of a source are, of which a few are on their way at any time: all lie in the share of memory
/// that its ingest has.
inline BatchBuilder::Limits batch_limits(const config::Limits& limits, const config::Memory& memory) {
  BatchBuilder::Limits batch;
  batch.columns_max = limits.columns;
  batch.batch_bytes = std::min(batch.batch_bytes, memory.share_bytes / 8);
  return batch;
}

}  // namespace rowprint::daemon
