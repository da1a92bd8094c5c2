#pragma once

#include "ingest/model/error.hpp"
#include "store/sqlite/catalog_tables.hpp"
#include "store/sqlite/database.hpp"

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <mutex>
#include <vector>

namespace rowprint::sqlite {

/// Something asked of the catalog, and the way to answer.
///
/// Lifecycle: run() on the catalog's thread, perhaps settle(), then answer(), once each. A request that was never run
/// is answered with what settle() says.
class CatalogRequest {
 public:
  virtual ~CatalogRequest() = default;
  /// Whether it changes the catalog.
  virtual bool writes() const = 0;
  /// False where it failed: what it changed is then rolled back.
  virtual bool run(CatalogTables& tables) = 0;
  /// Why run() gave false.
  virtual Error error() const = 0;
  /// The transaction it was part of failed: that is the answer, whatever run() gave.
  virtual void settle(const Error& error) = 0;
  virtual void answer() = 0;
};

/// The catalog's thread. Writing requests that arrive while a commit runs are put into the next transaction together:
/// each in a savepoint of its own, so that one that fails takes nobody with it, and all are answered after the one
/// commit.
///
/// Lifecycle: the destructor answers everything that was submitted. Thread safety: submit() from any thread.
/// Ownership: owns the database and its thread. Limits: at most kGroupMax requests a commit.
class GroupCommit {
 public:
  static constexpr std::size_t kGroupMax = 512;

  GroupCommit(Database database, KeyRetention retention);
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  void submit(std::unique_ptr<CatalogRequest> request);

 private:
  using Group = std::vector<std::unique_ptr<CatalogRequest>>;

  void work();
  Group take();
  void commit(const Group& writes);
  Result<void> run_in_savepoint(CatalogRequest& request);
  Result<void> run_all(const Group& writes);
  Result<void> end_transaction();

  Database database_;
  CatalogTables tables_;
  std::mutex mutex_;
  Group waiting_;
  bool working_ = false;
  boost::asio::thread_pool thread_{1};  ///< last: joined before the rest goes
};

}  // namespace rowprint::sqlite
