#pragma once

#include "hashing/bytes.hpp"

#include <cstdint>
#include <span>
#include <system_error>

namespace rowprint::hashing {

/// Where sorted runs of row digests go once they outgrow memory. The caller names the file, and removes it.
///
/// Used by one thread at a time; appended to, then read. Nothing is ever overwritten.
class SpillFile {
 public:
  virtual ~SpillFile() = default;
  [[nodiscard]] virtual std::error_code append(ByteView bytes) = 0;
  /// Fills all of `bytes` from `offset` on, or fails.
  [[nodiscard]] virtual std::error_code read(std::uint64_t offset, std::span<std::uint8_t> bytes) = 0;
};

}  // namespace rowprint::hashing
