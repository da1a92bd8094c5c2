#pragma once

#include "ingest/catalog.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/statement_cache.hpp"

#include <optional>
#include <string>

namespace rowprint::sqlite {

/// The receipts that are kept under idempotency keys, in the catalog's table of that name; who calls holds the
/// transaction.
///
/// Thread safety: none, and it blocks. Ownership: borrows the statements. Limits: as its retention
/// says; each put() removes a bounded number of those that are too old or too many. Errors: those of Database; corrupt
/// where a receipt is none.
class IdempotencyKeys {
 public:
  IdempotencyKeys(StatementCache& statements, KeyRetention retention)
      : statements_(statements), retention_(retention) {}

  /// Nothing where there is none, or it has expired by `now`. A receipt given back has no location and no state for an
  /// append.
  Result<std::optional<Receipt>> find(const std::string& dataset, const std::string& key, SystemTime now);
  /// `receipt.version.dataset` is there. Not where find() gives one.
  Result<void> put(const std::string& key, const Receipt& receipt);

 private:
  Result<void> insert(const std::string& key, const Receipt& receipt);
  Result<void> remove_key(const std::string& dataset, const std::string& key);
  /// Of what is there before the receipt sealed at `now` comes.
  Result<void> make_room(SystemTime now);

  StatementCache& statements_;
  KeyRetention retention_;
};

}  // namespace rowprint::sqlite
