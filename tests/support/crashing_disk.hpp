#pragma once

#include "ingest/disk/disk.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace rowprint::test {

/// What a power cut leaves of changes that were never synced. A real disk may do any of these.
enum class Unsynced : std::uint8_t {
  lost,  ///< nothing of them
  kept,  ///< all of them
  some,  ///< any of them, in any order, writes torn between sectors: as the seed says
};

/// A disk in memory that knows what would be left of it if the power were cut now.
///
/// Durable is what was written before its file's last sync(), and names as they were at their folder's last
/// sync_directory(). Lifecycle: use it; cut_at() to have the power cut; after_power_cut() is the disk as the next start
/// finds it. Files still open on a disk that is off fail. Thread safety: all functions from any thread. Ownership: open
/// files keep the medium alive. Cost: memory twice the content. Locks hold between open files of this disk, as OFD
/// locks do.
class CrashingDisk final : public Disk {
 public:
  CrashingDisk();
  ~CrashingDisk() override;

  /// The power goes off at the n-th operation from now on that changes something (the next is 1): this one may or may
  /// not take effect, as unsynced changes do, and fails; all later ones fail. Reading is not counted, since nothing
  /// comes of it.
  void cut_at(std::uint64_t operation);
  bool is_off() const;
  /// Operations that changed something, so far.
  std::uint64_t operations() const;

  /// The disk as found at the next start. Goes on independently; this one is as good as off for whoever cares for both.
  std::unique_ptr<CrashingDisk> after_power_cut(Unsynced unsynced, std::uint64_t seed = 0) const;

  /// What a failed sync does on Linux: what was written to the file since its last sync is still read back, but will
  /// not be made durable by a later one. Nothing happens where there is no such file.
  void lose_unsynced(const std::string& path);

  Result<std::unique_ptr<DiskFile>> open(const std::string& path, OpenMode mode) override;
  Result<bool> exists(const std::string& path) override;
  Result<void> remove(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> make_directory(const std::string& path) override;
  Result<void> sync_directory(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override;
  Result<std::uint64_t> free_bytes(const std::string& path) override;

 private:
  struct Medium;
  class File;
  explicit CrashingDisk(std::shared_ptr<Medium> medium);

  std::shared_ptr<Medium> medium_;
};

}  // namespace rowprint::test
