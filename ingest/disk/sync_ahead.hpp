#pragma once

#include "ingest/disk/disk.hpp"

#include <cstdint>

namespace rowprint {

/// Has a file that is written from its beginning to its end carried to the medium while it grows, a step behind what is
/// written: the sync at its end then waits for the last steps, not for gigabytes. RocksDB does so as bytes_per_sync,
/// PostgreSQL as checkpoint_flush_after.
///
/// A file shorter than a step is left alone: it may be discarded before the medium has seen any of it. Thread safety:
/// none. Ownership: borrows the file.
class SyncAhead {
 public:
  static constexpr std::uint64_t kStepBytes = 8U << 20U;

  explicit SyncAhead(DiskFile& file) : file_(file) {}

  /// All before `end` has been written, but for places that are written last. Errors: those of DiskFile::begin_sync().
  Result<void> written_to(std::uint64_t end) {
    if (end - begun_ < kStepBytes) {
      return {};
    }
    const std::uint64_t from = begun_;
    begun_ = end;
    return file_.begin_sync(from, end - from);
  }

 private:
  DiskFile& file_;
  std::uint64_t begun_ = 0;
};

}  // namespace rowprint
