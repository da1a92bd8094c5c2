#pragma once

#include "daemon/metrics.hpp"
#include "ingest/disk/disk.hpp"

namespace rowprint::daemon {

/// A disk whose syncs are counted and timed. Borrows the inner disk and the metrics. Otherwise as the inner one.
class MeasuredDisk final : public Disk {
 public:
  MeasuredDisk(Disk& inner, Metrics& metrics) : inner_(inner), metrics_(metrics) {}

  Result<std::unique_ptr<DiskFile>> open(const std::string& path, OpenMode mode) override;
  Result<bool> exists(const std::string& path) override { return inner_.exists(path); }
  Result<void> remove(const std::string& path) override { return inner_.remove(path); }
  Result<void> rename(const std::string& from, const std::string& to) override { return inner_.rename(from, to); }
  Result<void> make_directory(const std::string& path) override { return inner_.make_directory(path); }
  Result<void> sync_directory(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override { return inner_.list(path); }
  Result<std::uint64_t> free_bytes(const std::string& path) override { return inner_.free_bytes(path); }

 private:
  Disk& inner_;
  Metrics& metrics_;
};

}  // namespace rowprint::daemon
