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

/// The contents in the tables of catalog.sqlite: their segments, and the rows of those that are small; who calls holds
/// the transaction.
///
/// Thread safety: none, and it blocks. Ownership: borrows the database and its statements. A function that fails leaves
/// changes, which its caller rolls back. Errors: those of Database; corrupt where the tables contradict themselves.
class ContentTables {
 public:
  ContentTables(Database& database, StatementCache& statements) : database_(database), statements_(statements) {}

  Result<std::optional<Content>> find_content(const hashing::Fingerprint& fingerprint);
  Result<std::optional<std::int64_t>> id_of(const hashing::Fingerprint& fingerprint);
  Result<bool> is_location_of(std::int64_t content, const std::string& location);
  Result<std::vector<std::string>> locations();
  /// Every file of row digests in use.
  Result<std::vector<std::string>> digest_files();

  /// `rows` are those of a content with a small location, empty for any other. Errors: also not_found where they are
  /// missing.
  Result<void> insert(const Content& content, bool with_multiset, const std::string* rows);
  /// Gives a content its reuse key, unless another content has it: corrupt then, if it `must`.
  Result<void> learn_multiset(std::int64_t content, const hashing::Fingerprint& multiset, bool must);
  /// Gives the content with that reuse key its row digests, where it has none yet; whether it did.
  Result<bool> adopt_digests(const hashing::Fingerprint& multiset, const std::string& file);
  /// Removes a content that no version points at any more, and notes its locations and its file of row digests.
  Result<void> release(std::int64_t content, Released& released, std::vector<std::string>& digests);

  /// The rows of a content with that small location; nothing where there are none.
  Result<std::optional<std::string>> small_rows(const std::string& location);
  /// Of all contents whose rows are in the catalog.
  Result<std::vector<std::string>> small_locations();
  /// Removes the rows and nothing else.
  Result<void> remove_small_rows(const std::string& location);

 private:
  Result<void> insert_segment(std::int64_t content, const std::string& location, const std::string* rows);
  Result<void> release_rows(std::int64_t content);
  Result<void> note_texts(std::string_view sql, std::int64_t content, std::vector<std::string>& into);
  Result<std::vector<std::string>> texts(std::string_view sql);

  Database& database_;
  StatementCache& statements_;
};

}  // namespace rowprint::sqlite
