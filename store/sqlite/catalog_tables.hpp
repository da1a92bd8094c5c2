#pragma once

#include "ingest/catalog.hpp"
#include "store/sqlite/content_tables.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/idempotency_keys.hpp"
#include "store/sqlite/statement_cache.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rowprint::sqlite {

/// What the functions of a Catalog do to the tables of catalog.sqlite; who calls them holds the transaction.
///
/// Thread safety: none, and it blocks. Ownership: borrows the database. A function that fails leaves changes, which its
/// caller rolls back. Errors: those of Database; as Catalog; corrupt where the tables contradict themselves.
class CatalogTables {
 public:
  CatalogTables(Database& database, KeyRetention retention)
      : database_(database), statements_(database), contents_(database, statements_), keys_(statements_, retention) {}

  Result<Published> alias(const NewVersion& version, const hashing::Fingerprint& fingerprint);
  /// `rows` are those of a content with a small location, empty for any other.
  Result<Published> publish(const NewVersion& version, const Content& content, const std::string* rows);
  Result<void> admit(const NewVersion& version);
  Result<std::vector<DatasetSummary>> datasets();
  Result<std::vector<Published>> versions(const std::string& dataset);
  Result<Published> version(const std::string& dataset, std::uint64_t number);
  struct Removal {
    Released released;
    std::vector<std::string> digests;  ///< files of row digests that nothing points at any more
  };
  Result<Removal> remove(const std::string& dataset, std::uint64_t number);
  ContentTables& contents() { return contents_; }

 private:
  /// What answers `version` without anything being published: the receipt under its key, or the error that its
  /// precondition does not hold. `asked` is empty for those who do not know their rows yet, `location` for those who
  /// have none.
  Result<std::optional<Published>> answered(const NewVersion& version, const hashing::Fingerprint* asked,
                                            const std::string* location);
  Result<std::optional<Published>> replay(const IdempotencyKey& idempotency, Receipt kept,
                                          const hashing::Fingerprint* asked, const std::string* location);
  /// Of a dataset's latest version.
  Result<std::optional<VersionTag>> latest(const std::string& dataset);
  Result<Published> publish_content(const NewVersion& version, const Content& content,
                                    const hashing::Fingerprint& asked, const std::string* rows);
  Result<Published> add_version(const NewVersion& version, const hashing::Fingerprint& fingerprint, bool reused);
  /// Keeps the receipt of what was published, if there is a key to keep it under.
  Result<Published> keep_receipt(const NewVersion& version, Published published);
  Result<std::vector<std::int64_t>> contents_of(const std::string& dataset, std::uint64_t number);

  Database& database_;
  StatementCache statements_;
  ContentTables contents_;
  IdempotencyKeys keys_;
};

}  // namespace rowprint::sqlite
