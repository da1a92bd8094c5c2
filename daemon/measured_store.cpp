#include "daemon/measured_store.hpp"

#include <chrono>

namespace rowprint::daemon {
namespace {

using Clock = std::chrono::steady_clock;

class MeasuredTransaction final : public StoreTransaction {
 public:
  MeasuredTransaction(std::unique_ptr<StoreTransaction> inner, Metrics& metrics)
      : inner_(std::move(inner)), metrics_(metrics) {}

  awaitable<Result<void>> insert(const Batch& batch) override { return inner_->insert(batch); }
  awaitable<Result<StoredContent>> seal(const hashing::Fingerprint& name, const Schema& schema) override {
    const auto began = Clock::now();
    auto stored = co_await inner_->seal(name, schema);
    metrics_.sealed_in(Clock::now() - began);
    co_return stored;
  }
  void discard() noexcept override { inner_->discard(); }
  bool seal_writes() const override { return inner_->seal_writes(); }

 private:
  std::unique_ptr<StoreTransaction> inner_;
  Metrics& metrics_;
};

}  // namespace

awaitable<Result<std::unique_ptr<StoreTransaction>>> MeasuredStore::begin(StoreTicket ticket) {
  auto transaction = co_await inner_.begin(std::move(ticket));
  if (!transaction) {
    co_return transaction;
  }
  std::unique_ptr<StoreTransaction> measured = std::make_unique<MeasuredTransaction>(std::move(*transaction), metrics_);
  co_return measured;
}

}  // namespace rowprint::daemon
