#pragma once

#include "hashing/digest.hpp"
#include "ingest/model/error.hpp"

#include <span>

namespace rowprint {

/// The row digests of a set as a catalog keeps them: ascending, repeats kept.
///
/// Lifecycle: next_block() until it is empty. Thread safety: none. May block its thread on file I/O. Memory: one block.
class RowDigests {
 public:
  virtual ~RowDigests() = default;
  /// Empty at the end. Valid until the next call. Errors: corrupt where they are not as many as the content has rows,
  /// io.
  virtual Result<std::span<const hashing::Digest>> next_block() = 0;
};

}  // namespace rowprint
