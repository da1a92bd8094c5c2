#include "ingest/memory_budget.hpp"

#include "ingest/wakeup.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <list>
#include <mutex>

namespace rowprint {

struct MemoryAccount {
  struct Waiter {
    std::size_t bytes = 0;
    bool granted = false;
    std::optional<Wakeup> wakeup;
  };

  std::mutex mutex;
  const std::size_t bytes_max;
  std::size_t bytes_used = 0;
  std::list<std::shared_ptr<Waiter>> waiters;

  explicit MemoryAccount(std::size_t limit) : bytes_max(limit) {}

  void give_back(std::size_t bytes) {
    const std::scoped_lock lock{mutex};
    bytes_used -= bytes;
    grant();
  }

  /// The mutex is held. Strictly in the order of arrival: a small request does not overtake a large one.
  void grant() {
    while (!waiters.empty() && bytes_used + waiters.front()->bytes <= bytes_max) {
      const std::shared_ptr<Waiter> next = waiters.front();
      waiters.pop_front();
      bytes_used += next->bytes;
      next->granted = true;
      next->wakeup->wake();
    }
  }
};

MemoryBudget::Share& MemoryBudget::Share::operator=(Share&& other) noexcept {
  std::swap(account_, other.account_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

MemoryBudget::Share::~Share() {
  if (account_) {
    account_->give_back(bytes_);
  }
}

MemoryBudget::MemoryBudget(std::size_t bytes_max) : account_(std::make_shared<MemoryAccount>(bytes_max)) {}

awaitable<Result<MemoryBudget::Share>> MemoryBudget::take(std::size_t bytes, std::chrono::milliseconds patience,
                                                          std::shared_ptr<Progress> progress) {
  const std::shared_ptr<MemoryAccount> account = account_;
  if (bytes > account->bytes_max) {
    co_return fail(ErrorCode::limit_exceeded, "the ingest needs " + std::to_string(bytes) +
                                                  " bytes of memory, the budget is " +
                                                  std::to_string(account->bytes_max));
  }
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto waiter = std::make_shared<MemoryAccount::Waiter>();
  waiter->bytes = bytes;
  {
    const std::scoped_lock lock{account->mutex};
    if (account->waiters.empty() && account->bytes_used + bytes <= account->bytes_max) {
      account->bytes_used += bytes;
      waiter->granted = true;
    } else {
      waiter->wakeup.emplace(executor, patience);
      account->waiters.push_back(waiter);
    }
  }
  if (waiter->wakeup) {
    {
      std::optional<Watched<bool>::Watch> watch;
      if (progress) {
        watch.emplace(progress->cancel, [wakeup = *waiter->wakeup] { wakeup.wake(); });
      }
      if (!progress || !progress->cancel) {
        co_await waiter->wakeup->sleep();
      }
    }
    const std::scoped_lock lock{account->mutex};
    if (!waiter->granted) {
      account->waiters.remove(waiter);
      // The one behind may be smaller, and fit.
      account->grant();
      if (progress && progress->cancel) {
        co_return fail(ErrorCode::cancelled, "cancelled by its owner");
      }
      Error error{ErrorCode::busy, "no memory became free for another ingest within the time it may wait", {}, {}, {}};
      error.retryable = true;
      co_return fail(std::move(error));
    }
  }
  Share share;
  share.account_ = account;
  share.bytes_ = bytes;
  co_return share;
}

std::size_t MemoryBudget::bytes_max() const {
  return account_->bytes_max;
}

std::size_t MemoryBudget::bytes_used() const {
  const std::scoped_lock lock{account_->mutex};
  return account_->bytes_used;
}

std::size_t MemoryBudget::waiting() const {
  const std::scoped_lock lock{account_->mutex};
  return account_->waiters.size();
}

}  // namespace rowprint
