#pragma once

#include "ingest/disk/disk.hpp"
#include "ingest/store.hpp"
#include "store/sqlite/catalog.hpp"
#include "store/sqlite/content_store.hpp"
#include "store/sqlite/small_content_store.hpp"
#include "store/sqlite/unpublished_rows.hpp"
#include "store/sqlite/vfs.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rowprint::sqlite {

/// A folder with everything that rowprint keeps: `lock`, `catalog.sqlite`, `digests/`, `contents/`, `staging/`.
///
/// Lifecycle: open() takes the folder for this process until it is destroyed; all transactions and readers are gone by
/// then. Thread safety: all functions from any thread. Ownership: borrows the disk, owns the rest.
class DataDirectory {
 public:
  struct Options {
    std::string program = "rowprint";  ///< by which name somebody else is told who holds the folder
    /// Contents whose rows are encoded in at most so many bytes lie in the catalog; 0: each has a file of its own.
    std::size_t small_bytes_max = SmallContentStore::kSmallBytesMax;
    KeyRetention keys{};
  };

  /// Makes the folder if it is not there, locks it before anything else, opens the catalog and clears what no version
  /// needs. Blocks. Errors: busy when somebody else has it, named in the reason; those of the catalog and the disk.
  static Result<std::unique_ptr<DataDirectory>> open(const std::string& path, Disk& disk, const Options& options);
  static Result<std::unique_ptr<DataDirectory>> open(const std::string& path, Disk& disk = posix_disk()) {
    return open(path, disk, Options{});
  }

  Store& store() { return *store_; }
  Catalog& catalog() { return *catalog_; }
  Disk& disk() { return disk_; }
  const std::string& path() const { return path_; }
  /// For spilled runs: what is left there is removed at the next start.
  const std::string& spill_directory() const { return folders_.staging; }
  /// Contents whose file, or whose row digests' file, is gone: a reason not to be ready.
  const std::vector<std::string>& missing() const { return recovery_.missing; }
  /// Leftovers that open() removed.
  const std::vector<std::string>& removed() const { return recovery_.removed; }

 private:
  DataDirectory(std::string path, Disk& disk);

  Result<void> take_lock(const Options& options);
  Error held_by(DiskFile& file) const;
  Result<void> recover();

  std::string path_;
  Disk& disk_;
  ContentFolders folders_;
  std::unique_ptr<DiskFile> lock_;
  std::unique_ptr<Vfs> vfs_;
  UnpublishedRows unpublished_;
  std::unique_ptr<ContentStore> files_;
  std::unique_ptr<CatalogDatabase> catalog_;
  std::unique_ptr<SmallContentStore> store_;
  Recovery recovery_;
};

}  // namespace rowprint::sqlite
