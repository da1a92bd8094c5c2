#pragma once

#include "ingest/store.hpp"
#include "ingest/wakeup.hpp"

#include <cstddef>
#include <mutex>
#include <optional>

namespace rowprint::daemon {

/// A store whose insert() never returns, but for those that the test lets through; rows go nowhere. One ingest at a
/// time.
///
/// Thread safety: as Store; let_through(), break_off() and inserting() from any thread. Outlives its transactions.
class StuckStore final : public Store {
 public:
  std::string_view name() const override { return "stuck"; }
  awaitable<Result<std::unique_ptr<StoreTransaction>>> begin(StoreTicket ticket) override;
  awaitable<Result<std::unique_ptr<Source>>> read(Content content) override;
  awaitable<Result<void>> remove(std::string location) override;
  awaitable<Result<Recovery>> recover(std::vector<std::string> known) override;

  /// One more batch.
  void let_through();
  /// Every insert fails from now on, the one that is stuck as well.
  void break_off();
  /// How many inserts have begun.
  std::size_t begun() const;

 private:
  class Transaction;
  awaitable<Result<void>> wait_for_leave();

  mutable std::mutex mutex_;
  std::size_t begun_ = 0;
  std::size_t allowed_ = 0;
  bool broken_ = false;
  std::optional<Wakeup> waiting_;
};

}  // namespace rowprint::daemon
