#pragma once

#include "hashing/canonical.hpp"
#include "ingest/model/batch.hpp"

#include <cstddef>

namespace rowprint {

/// What a source of rows from bytes keeps to.
struct RowLimits {
  std::size_t row_bytes_max = 1U << 20U;
  int nesting_max = hashing::kDepthMax;  ///< lists and maps that a value may lie in
  std::size_t read_bytes = 192U << 10U;  ///< of one read buffer; a longer row gets a buffer of its own
  BatchBuilder::Limits batch{};
};

}  // namespace rowprint
