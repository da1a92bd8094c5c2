#pragma once

#include "ingest/disk/disk.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace rowprint::test {

enum class Fault : std::uint8_t {
  io,           ///< any operation: EIO, without effect
  no_space,     ///< what may need room (write, growing, creating, renaming, beginning to sync, sync): ENOSPC, without
                ///< effect
  short_write,  ///< write: half of the bytes are written, then ENOSPC
};

enum class Lasting : std::uint8_t { once, from_then_on };

/// A disk whose n-th operation fails.
///
/// Decorates a disk, which it borrows. Lifecycle: fail_at() arms it and starts the count anew; heal() ends the fault.
/// Thread safety: all functions from any thread. Removing and reading never need room, so a full disk allows them.
class FaultyDisk final : public Disk {
 public:
  explicit FaultyDisk(Disk& inner);
  ~FaultyDisk() override;

  /// Of the operations that `fault` can happen to, the n-th from now on fails (the next is 1).
  void fail_at(std::uint64_t operation, Fault fault, Lasting lasting = Lasting::once);
  void heal();
  /// Whether the armed fault has happened.
  bool has_struck() const;
  /// The operation that it happened to: read, write, truncate, begin to sync, sync, stat, lock, or that and the path.
  /// Empty before.
  std::string struck_operation() const;
  /// Operations since the last fail_at() that its fault can happen to.
  std::uint64_t operations() const;

  /// Called with the path of a file whose sync is made to fail. Set it before use.
  std::function<void(const std::string& path)> on_failed_sync;

  Result<std::unique_ptr<DiskFile>> open(const std::string& path, OpenMode mode) override;
  Result<bool> exists(const std::string& path) override;
  Result<void> remove(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> make_directory(const std::string& path) override;
  Result<void> sync_directory(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override;
  Result<std::uint64_t> free_bytes(const std::string& path) override;

 private:
  struct Plan;
  class File;

  Disk& inner_;
  std::shared_ptr<Plan> plan_;
};

}  // namespace rowprint::test
