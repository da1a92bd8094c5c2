#pragma once

#include "ingest/canonical_source.hpp"
#include "ingest/store.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace rowprint {

/// Contents in memory, as the canonical encoding of their rows: for tests, and for programs that keep nothing.
///
/// Thread safety and ownership as Store. Memory: the encoded rows; what a transaction holds is not bounded by its
/// ticket, since it is the content. Nothing survives the process. Errors: not_found, corrupt; internal for a batch that
/// was not encoded.
class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;

  std::string_view name() const override { return "memory"; }
  awaitable<Result<std::unique_ptr<StoreTransaction>>> begin(StoreTicket ticket) override;
  awaitable<Result<std::unique_ptr<Source>>> read(Content content) override;
  awaitable<Result<void>> remove(std::string location) override;
  awaitable<Result<Recovery>> recover(std::vector<std::string> known) override;

  /// Flips one bit of the last byte of a sealed content's rows, for tests of those who have to find it. False where
  /// there is no such row.
  bool damage(const std::string& location);

 private:
  class Transaction;

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const CanonicalRows>> contents_;
};

}  // namespace rowprint
