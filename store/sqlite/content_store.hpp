#pragma once

#include "ingest/store.hpp"
#include "store/sqlite/content_writer.hpp"
#include "store/sqlite/kept_files.hpp"
#include "store/sqlite/vfs.hpp"

#include <string>
#include <vector>

namespace rowprint::sqlite {

/// One SQLite file for each content, filled by one writer and never changed again:
/// `contents/rp1s-<hex>.<ingest>.sqlite`, and `staging/<ingest>.sqlite` until it is sealed.
///
/// Lifecycle: the folders exist; recover() first. Thread safety, ownership: as Store; borrows the Vfs. A location is a
/// file name.
class ContentStore final : public Store {
 public:
  ContentStore(const Vfs& vfs, ContentFolders folders);

  std::string_view name() const override { return "sqlite"; }
  awaitable<Result<std::unique_ptr<StoreTransaction>>> begin(StoreTicket ticket) override;
  awaitable<Result<std::unique_ptr<Source>>> read(Content content) override;
  awaitable<Result<void>> remove(std::string location) override;
  awaitable<Result<Recovery>> recover(std::vector<std::string> known) override;

  /// recover() for those who have no executor yet.
  Result<Recovery> recover_now(const std::vector<std::string>& known);

 private:
  const Vfs& vfs_;
  ContentFolders folders_;
  KeptFiles contents_;
};

}  // namespace rowprint::sqlite
