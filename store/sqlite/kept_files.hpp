#pragma once

#include "ingest/disk/disk.hpp"
#include "ingest/store.hpp"

#include <string>
#include <unordered_set>

namespace rowprint::sqlite {

/// A folder of files that are written once, under names that never repeat, and that a catalog knows or nobody does.
///
/// A value; borrows the disk. Thread safety: all functions from any thread. All block. Errors: those of the disk;
/// corrupt for a name that leads out of the folder.
class KeptFiles {
 public:
  KeptFiles(Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

  const std::string& folder() const { return folder_; }
  /// Nothing outside the folder is ever read or removed, whatever a damaged catalog says.
  Result<std::string> path_of(const std::string& name) const;
  /// Not an error where it is not there. Durable.
  Result<void> remove(const std::string& name) const;
  /// Removes every file that is not `expected`, durably, and notes it; takes those that are there out of `expected`.
  Result<void> recover(std::unordered_set<std::string>& expected, Recovery& recovery) const;

 private:
  Disk& disk_;
  std::string folder_;
};

}  // namespace rowprint::sqlite
