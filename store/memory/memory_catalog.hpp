#pragma once

#include "ingest/catalog.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace rowprint {

/// A catalog in memory, beside MemoryStore. "Durable" means: for as long as the object lives.
///
/// Thread safety as Catalog: one lock, held for the length of a step. Errors: not_found only.
class MemoryCatalog final : public Catalog {
 public:
  awaitable<Result<Published>> alias(NewVersion version, hashing::Fingerprint fingerprint) override;
  awaitable<Result<Published>> publish(NewVersion version, Content content) override;
  awaitable<Result<std::optional<Content>>> find_content(hashing::Fingerprint fingerprint) override;
  awaitable<Result<std::vector<DatasetSummary>>> datasets() override;
  awaitable<Result<std::vector<Published>>> versions(std::string dataset) override;
  awaitable<Result<Published>> version(std::string dataset, std::uint64_t number) override;
  awaitable<Result<Released>> remove(std::string dataset, std::uint64_t number) override;
  awaitable<Result<std::vector<std::string>>> locations() override;

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

  std::shared_ptr<Kept> find(const hashing::Fingerprint& fingerprint) const;
  Published add(NewVersion version, const hashing::Fingerprint& asked, std::shared_ptr<Kept> kept, bool reused);
  void release(const Row& row, Released& released);
  static Published published(const Row& row) { return {row.version, row.kept->content, row.reused}; }

  mutable std::mutex mutex_;
  std::map<std::string, Dataset> datasets_;
  /// By name and, where there is one, by reuse key.
  std::map<hashing::Fingerprint, std::shared_ptr<Kept>> contents_;
};

}  // namespace rowprint
