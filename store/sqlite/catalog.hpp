#pragma once

#include "ingest/catalog.hpp"
#include "store/sqlite/vfs.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rowprint::sqlite {

class GroupCommit;
class CatalogTables;

/// The catalog in one SQLite database with a write-ahead log, synced at every commit.
///
/// Lifecycle: open(); no call may be under way when it is destroyed. Thread safety: as Catalog: everything runs on a
/// thread of its own, and the awaiting coroutine resumes on its own executor. Ownership: borrows the Vfs; the executors
/// of those who call outlive it. Limits: one process at a time. Cost: calls that write at the same time share one
/// commit, so one sync. Errors: as Catalog. A failed commit fails all that were part of it.
class CatalogDatabase final : public Catalog {
 public:
  /// Blocks. Errors: busy where somebody else has it open, corrupt where it is something else, conflict where a newer
  /// rowprint wrote it.
  static Result<std::unique_ptr<CatalogDatabase>> open(const Vfs& vfs, const std::string& path);
  ~CatalogDatabase() override;

  awaitable<Result<Published>> alias(NewVersion version, hashing::Fingerprint fingerprint) override;
  awaitable<Result<Published>> publish(NewVersion version, Content content) override;
  awaitable<Result<std::optional<Content>>> find_content(hashing::Fingerprint fingerprint) override;
  awaitable<Result<std::vector<DatasetSummary>>> datasets() override;
  awaitable<Result<std::vector<Published>>> versions(std::string dataset) override;
  awaitable<Result<Published>> version(std::string dataset, std::uint64_t number) override;
  awaitable<Result<Released>> remove(std::string dataset, std::uint64_t number) override;
  awaitable<Result<std::vector<std::string>>> locations() override;

  /// locations() for those who have no executor yet. Blocks.
  Result<std::vector<std::string>> locations_now();

 private:
  explicit CatalogDatabase(std::unique_ptr<GroupCommit> commits);

  std::unique_ptr<GroupCommit> commits_;
};

}  // namespace rowprint::sqlite
