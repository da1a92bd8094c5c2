// Stands in for store/sqlite/content_store.cpp in the bench-only daemon: rows are taken, so that the tee hashes them,
// and kept nowhere. Everything else is the real daemon, its catalog included; what is read and hashed costs what it
// costs.
#include "store/sqlite/content_store.hpp"

#include <utility>

namespace rowprint::sqlite {
namespace {

class DroppedRows final : public StoreTransaction {
 public:
  explicit DroppedRows(std::string ingest) : ingest_(std::move(ingest)) {}

  awaitable<Result<void>> insert(const Batch& /*batch*/) override { co_return Result<void>{}; }
  awaitable<Result<StoredContent>> seal(const hashing::Fingerprint& name, const Schema& /*schema*/) override {
    co_return StoredContent{name.text() + "." + ingest_, 0};
  }
  void discard() noexcept override {}

 private:
  std::string ingest_;
};

}  // namespace

ContentStore::ContentStore(const Vfs& vfs, ContentFolders folders)
    : vfs_(vfs), folders_(std::move(folders)), contents_(vfs.disk(), folders_.contents) {}

awaitable<Result<std::unique_ptr<StoreTransaction>>> ContentStore::begin(StoreTicket ticket) {
  co_return std::make_unique<DroppedRows>(std::move(ticket.ingest));
}

awaitable<Result<std::unique_ptr<Source>>> ContentStore::read(Content content) {
  co_return fail(ErrorCode::not_found, "the rows of " + content.location + " were dropped");
}

awaitable<Result<void>> ContentStore::remove(std::string /*location*/) {
  co_return Result<void>{};
}

awaitable<Result<Recovery>> ContentStore::recover(std::vector<std::string> known) {
  co_return recover_now(known);
}

Result<Recovery> ContentStore::recover_now(const std::vector<std::string>& /*known*/) {
  return Recovery{};
}

}  // namespace rowprint::sqlite
