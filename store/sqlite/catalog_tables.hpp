#pragma once

#include "ingest/catalog.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/statement_cache.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint::sqlite {

/// What the functions of a Catalog do to the tables of catalog.sqlite; who calls them holds the transaction.
///
/// Thread safety: none, and it blocks. Ownership: borrows the database. A function that fails leaves changes, which its
/// caller rolls back. Errors: those of Database; not_found; corrupt where the tables contradict themselves.
class CatalogTables {
 public:
  explicit CatalogTables(Database& database) : database_(database), statements_(database) {}

  Result<Published> alias(const NewVersion& version, const hashing::Fingerprint& fingerprint);
  Result<Published> publish(const NewVersion& version, const Content& content);
  Result<std::optional<Content>> find_content(const hashing::Fingerprint& fingerprint);
  Result<std::vector<DatasetSummary>> datasets();
  Result<std::vector<Published>> versions(const std::string& dataset);
  Result<Published> version(const std::string& dataset, std::uint64_t number);
  Result<Released> remove(const std::string& dataset, std::uint64_t number);
  Result<std::vector<std::string>> locations();

 private:
  Result<std::optional<std::int64_t>> content_id(const hashing::Fingerprint& fingerprint);
  Result<void> insert_content(const Content& content, bool with_multiset);
  Result<void> learn_multiset(std::int64_t content, const hashing::Fingerprint& multiset, bool must);
  Result<bool> is_location_of(std::int64_t content, const std::string& location);
  Result<Published> add_version(const NewVersion& version, const hashing::Fingerprint& fingerprint, bool reused);
  Result<std::vector<std::int64_t>> contents_of(const std::string& dataset, std::uint64_t number);
  Result<void> release(std::int64_t content, Released& released);
  Result<void> release_rows(std::int64_t content);

  Database& database_;
  StatementCache statements_;
};

}  // namespace rowprint::sqlite
