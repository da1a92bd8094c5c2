#pragma once

#include "ingest/disk/disk.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rowprint::test {

/// A disk that swallows syncs: for canaries, which prove that a suite would notice one that is missing. Borrows the
/// inner disk.
class ForgetfulDisk final : public Disk {
 public:
  enum class Forgets : std::uint8_t { sync, sync_directory };
  ForgetfulDisk(Disk& inner, Forgets forgets, std::string path_part = "")
      : inner_(inner), forgets_(forgets), path_part_(std::move(path_part)) {}

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
  Forgets forgets_;
  std::string path_part_;
};

}  // namespace rowprint::test
