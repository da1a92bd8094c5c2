#pragma once

#include "ingest/catalog.hpp"

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace rowprint {

/// A catalog in memory, beside MemoryStore. "Durable" means: for as long as the object lives.
///
/// Thread safety as Catalog: one lock, held for the length of a step. Errors: not_found, precondition_failed,
/// key_reused only.
class MemoryCatalog final : public Catalog {
 public:
  explicit MemoryCatalog(KeyRetention retention = {}) : retention_(retention) {}

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

 private:
  struct Kept {
    Content content;
    std::uint64_t versions = 0;
  };
  struct Row {
    Version version;
    std::shared_ptr<Kept> kept;
    bool reused = false;
  };
  struct Dataset {
    std::uint64_t last_number = 0;  ///< ever given, so that none is given twice
    std::map<std::uint64_t, Row> rows;
  };

  struct KeptReceipt {
    std::string key;
    Receipt receipt;
  };

  /// As in CatalogTables.
  Result<std::optional<Published>> answered(const NewVersion& version, const hashing::Fingerprint* asked,
                                            const std::string* location) const;
  std::shared_ptr<const Receipt> kept_under(const std::string& dataset, const std::string& key) const;
  std::optional<VersionTag> latest(const std::string& dataset) const;
  void keep_receipt(const NewVersion& version, const Published& published);
  std::shared_ptr<Kept> find(const hashing::Fingerprint& fingerprint) const;
  Published add(const NewVersion& version, const hashing::Fingerprint& asked, std::shared_ptr<Kept> kept, bool reused);
  void adopt_digests(Kept& kept, const Content& content);
  void release(const Row& row, Released& released);
  static Published published(const Row& row) { return {row.version, row.kept->content, row.reused, {}}; }

  KeyRetention retention_;

  mutable std::mutex mutex_;
  std::map<std::string, Dataset> datasets_;
  /// By name and, where there is one, by reuse key.
  std::map<hashing::Fingerprint, std::shared_ptr<Kept>> contents_;
  std::map<std::string, std::shared_ptr<const std::vector<hashing::Digest>>> digests_;
  std::list<KeptReceipt> receipts_;  ///< the oldest first
};

}  // namespace rowprint
