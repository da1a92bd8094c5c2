#pragma once

#include "ingest/catalog.hpp"
#include "store/sqlite/digest_files.hpp"
#include "store/sqlite/unpublished_rows.hpp"
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
/// thread of its own, and the awaiting coroutine resumes on its own executor. Ownership: borrows the Vfs and the
/// unpublished rows; the executors of those who call outlive it. Limits: one process at a time. Cost: calls that write
/// at the same time share one commit, so one sync. Errors: as Catalog. A failed commit fails all that were part of it.
///
/// Row digests of sets are files of their own beside the database, in `digests/`: written, read and removed by the
/// caller's thread, and cleared by recover_digests_now() at the start.
///
/// The rows of a content with a small location are taken from the unpublished ones when it is published, and are in the
/// same commit. When that fails they are gone: not_found for who publishes once more without sealing them again.
class CatalogDatabase final : public Catalog {
 public:
  /// Blocks. Errors: busy where somebody else has it open, corrupt where it is something else, conflict where a newer
  /// rowprint wrote it.
  static Result<std::unique_ptr<CatalogDatabase>> open(const Vfs& vfs, const std::string& path,
                                                       UnpublishedRows& unpublished, KeyRetention retention);
  ~CatalogDatabase() override;

  awaitable<Result<Published>> alias(NewVersion version, hashing::Fingerprint fingerprint) override;
  awaitable<Result<Published>> publish(NewVersion version, Content content) override;
  awaitable<Result<void>> admit(NewVersion version) override;
  awaitable<Result<std::optional<Content>>> find_content(hashing::Fingerprint fingerprint) override;
  awaitable<Result<std::vector<DatasetSummary>>> datasets() override;
  awaitable<Result<std::vector<Published>>> versions(std::string dataset) override;
  awaitable<Result<Published>> version(std::string dataset, std::uint64_t number) override;
  awaitable<Result<std::string>> keep_digests(std::string ingest, hashing::MultisetHash& rows) override;
  awaitable<Result<void>> drop_digests(std::string digests) override;
  awaitable<Result<std::unique_ptr<RowDigests>>> read_digests(Content content) override;
  awaitable<Result<Released>> remove(std::string dataset, std::uint64_t number) override;
  awaitable<Result<std::vector<std::string>>> locations() override;
  awaitable<Result<std::vector<std::string>>> digests() override;

  /// locations() for those who have no executor yet. Blocks.
  Result<std::vector<std::string>> locations_now();

  /// As Store::recover(), of the files of row digests. Blocks.
  Result<Recovery> recover_digests_now();

  /// The rows that lie in the catalog at a small location; nothing where there are none.
  awaitable<Result<std::optional<std::string>>> small_rows(std::string location);
  /// Removes them, and nothing else. No error where there are none.
  awaitable<Result<void>> remove_small_rows(std::string location);
  /// Where there are any. Blocks.
  Result<std::vector<std::string>> small_locations_now();

 private:
  CatalogDatabase(std::unique_ptr<GroupCommit> commits, DigestFiles digests, UnpublishedRows& unpublished);

  UnpublishedRows& unpublished_;
  DigestFiles digests_;
  std::unique_ptr<GroupCommit> commits_;
};

}  // namespace rowprint::sqlite
