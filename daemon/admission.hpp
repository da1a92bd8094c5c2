#pragma once

#include "config/config.hpp"
#include "ingest/disk/disk.hpp"
#include "ingest/model/error.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace rowprint::daemon {

/// What must be so before an ingest begins: there are not too many, and the disk has room beyond its reserve. Asked
/// before a byte of a body is read, so that overload costs neither memory nor the client's upload.
///
/// Thread safety: all functions from any thread. Ownership: borrows the disk; outlives the places it gave.
class Admission {
 public:
  /// `directory` lies on the disk whose room counts.
  Admission(Disk& disk, std::string directory, const config::Limits& limits)
      : disk_(disk),
        directory_(std::move(directory)),
        pushes_max_(limits.ingests),
        reserve_bytes_(limits.disk_reserve) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  /// The place of one push, given back with its last copy.
  using Place = std::shared_ptr<const void>;
  /// Does not wait. Errors: busy (retryable).
  Result<Place> enter_push();
  /// Errors: no_space, io. Asks the file system.
  Result<void> check_disk() const;

 private:
  Disk& disk_;
  const std::string directory_;
  const std::size_t pushes_max_;
  const std::uint64_t reserve_bytes_;
  std::atomic<std::size_t> pushes_{0};
};

}  // namespace rowprint::daemon
