#include "store/memory/memory_store.hpp"

#include <set>

namespace rowprint {

class MemoryStore::Transaction final : public StoreTransaction {
 public:
  Transaction(MemoryStore& store, std::string ingest)
      : store_(store), ingest_(std::move(ingest)), rows_(std::make_shared<CanonicalRows>()) {}

  awaitable<Result<void>> insert(const Batch& batch) override {
    const EncodedRows& encoded = batch.encoded();
    if (!rows_ || encoded.ends.size() != batch.rows()) {
      co_return fail(ErrorCode::internal, "the transaction has ended, or the batch is not encoded");
    }
    rows_->pieces.emplace_back(hashing::as_text(encoded.bytes.view()));
    rows_->rows += batch.rows();
    bytes_ += encoded.bytes.size();
    co_return Result<void>{};
  }

  awaitable<Result<StoredContent>> seal(const hashing::Fingerprint& name, const Schema& schema) override {
    if (!rows_) {
      co_return fail(ErrorCode::internal, "the transaction has ended");
    }
    rows_->schema = schema;
    StoredContent stored{name.text() + "." + ingest_, bytes_};
    const std::lock_guard lock(store_.mutex_);
    if (!store_.contents_.try_emplace(stored.location, std::move(rows_)).second) {
      co_return fail(ErrorCode::internal, "location " + stored.location + " was used before");
    }
    co_return stored;
  }

  void discard() noexcept override { rows_.reset(); }

 private:
  MemoryStore& store_;
  std::string ingest_;
  std::shared_ptr<CanonicalRows> rows_;
  std::uint64_t bytes_ = 0;
};

MemoryStore::MemoryStore() = default;
MemoryStore::~MemoryStore() = default;

awaitable<Result<std::unique_ptr<StoreTransaction>>> MemoryStore::begin(StoreTicket ticket) {
  co_return std::make_unique<Transaction>(*this, std::move(ticket.ingest));
}

awaitable<Result<std::unique_ptr<Source>>> MemoryStore::read(Content content) {
  const std::lock_guard lock(mutex_);
  const auto found = contents_.find(content.location);
  if (found == contents_.end()) {
    co_return fail(ErrorCode::not_found, "there is no content at " + content.location);
  }
  co_return std::make_unique<CanonicalSource>(found->second);
}

awaitable<Result<void>> MemoryStore::remove(std::string location) {
  const std::lock_guard lock(mutex_);
  contents_.erase(location);
  co_return Result<void>{};
}

awaitable<Result<Recovery>> MemoryStore::recover(std::vector<std::string> known) {
  const std::set<std::string> kept(known.begin(), known.end());
  Recovery recovery;
  const std::lock_guard lock(mutex_);
  for (const std::string& location : kept) {
    if (!contents_.contains(location)) {
      recovery.missing.push_back(location);
    }
  }
  std::erase_if(contents_, [&](const auto& content) {
    if (kept.contains(content.first)) {
      return false;
    }
    recovery.removed.push_back(content.first);
    return true;
  });
  co_return recovery;
}

bool MemoryStore::damage(const std::string& location) {
  const std::lock_guard lock(mutex_);
  const auto found = contents_.find(location);
  if (found == contents_.end() || found->second->pieces.empty()) {
    return false;
  }
  auto damaged = std::make_shared<CanonicalRows>(*found->second);
  char& last = damaged->pieces.back().back();
  last = static_cast<char>(last ^ 1);
  found->second = std::move(damaged);
  return true;
}

}  // namespace rowprint
