#include "tests/unit/daemon/stuck_store.hpp"

#include <boost/asio/this_coro.hpp>
#include <utility>

namespace rowprint::daemon {

class StuckStore::Transaction final : public StoreTransaction {
 public:
  explicit Transaction(StuckStore& store) : store_(store) {}
  awaitable<Result<void>> insert(const Batch& /*batch*/) override { return store_.wait_for_leave(); }
  awaitable<Result<StoredContent>> seal(const hashing::Fingerprint& /*name*/, const Schema& /*schema*/) override {
    co_return fail(ErrorCode::io, "a stuck store seals nothing");
  }
  void discard() noexcept override {}

 private:
  StuckStore& store_;
};

awaitable<Result<std::unique_ptr<StoreTransaction>>> StuckStore::begin(StoreTicket /*ticket*/) {
  co_return std::make_unique<Transaction>(*this);
}

awaitable<Result<std::unique_ptr<Source>>> StuckStore::read(Content /*content*/) {
  co_return fail(ErrorCode::not_found, "a stuck store keeps nothing");
}

awaitable<Result<void>> StuckStore::remove(std::string /*location*/) {
  co_return Result<void>{};
}

awaitable<Result<Recovery>> StuckStore::recover(std::vector<std::string> /*known*/) {
  co_return Recovery{};
}

awaitable<Result<void>> StuckStore::wait_for_leave() {
  const auto executor = co_await boost::asio::this_coro::executor;
  std::size_t turn = 0;
  for (;;) {
    std::optional<Wakeup> sleeper;
    {
      const std::scoped_lock lock{mutex_};
      turn = turn == 0 ? ++begun_ : turn;
      if (broken_) {
        co_return fail(ErrorCode::io, "the store is broken");
      }
      if (turn <= allowed_) {
        co_return Result<void>{};
      }
      waiting_.emplace(executor, std::nullopt);
      sleeper = waiting_;
    }
    co_await sleeper->sleep();
  }
}

void StuckStore::let_through() {
  const std::scoped_lock lock{mutex_};
  ++allowed_;
  if (waiting_) {
    waiting_->wake();
  }
}

void StuckStore::break_off() {
  const std::scoped_lock lock{mutex_};
  broken_ = true;
  if (waiting_) {
    waiting_->wake();
    waiting_.reset();  // It is of the server's context, which ends before this.
  }
}

std::size_t StuckStore::begun() const {
  const std::scoped_lock lock{mutex_};
  return begun_;
}

}  // namespace rowprint::daemon
