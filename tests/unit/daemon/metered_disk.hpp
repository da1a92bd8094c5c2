#pragma once

#include "ingest/disk/disk.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rowprint::daemon {

/// The system's disk, with as much room as a test says. Thread safety: `room` may change at any time; the rest as the
/// disk's.
class MeteredDisk final : public Disk {
 public:
  static constexpr std::uint64_t kBroken = ~std::uint64_t{0};

  /// What free_bytes() gives; kBroken: an error.
  std::atomic<std::uint64_t> room{std::uint64_t{1} << 40U};

  Result<std::unique_ptr<DiskFile>> open(const std::string& path, OpenMode mode) override {
    return inner_.open(path, mode);
  }
  Result<bool> exists(const std::string& path) override { return inner_.exists(path); }
  Result<void> remove(const std::string& path) override { return inner_.remove(path); }
  Result<void> rename(const std::string& from, const std::string& to) override { return inner_.rename(from, to); }
  Result<void> make_directory(const std::string& path) override { return inner_.make_directory(path); }
  Result<void> sync_directory(const std::string& path) override { return inner_.sync_directory(path); }
  Result<std::vector<std::string>> list(const std::string& path) override { return inner_.list(path); }
  Result<std::uint64_t> free_bytes(const std::string&) override {
    const std::uint64_t now = room;
    return now == kBroken ? Result<std::uint64_t>{fail(ErrorCode::io, "nobody knows how much room there is")} : now;
  }

 private:
  Disk& inner_ = posix_disk();
};

}  // namespace rowprint::daemon
