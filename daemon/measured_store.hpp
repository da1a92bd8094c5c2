#pragma once

#include "daemon/metrics.hpp"
#include "ingest/store.hpp"

namespace rowprint::daemon {

/// A store whose seals are timed. Borrows the inner store and the metrics. Otherwise as the inner one.
class MeasuredStore final : public Store {
 public:
  MeasuredStore(Store& inner, Metrics& metrics) : inner_(inner), metrics_(metrics) {}

  std::string_view name() const override { return inner_.name(); }
  awaitable<Result<std::unique_ptr<StoreTransaction>>> begin(StoreTicket ticket) override;
  awaitable<Result<std::unique_ptr<Source>>> read(Content content) override { return inner_.read(std::move(content)); }
  awaitable<Result<void>> remove(std::string location) override { return inner_.remove(std::move(location)); }
  awaitable<Result<Recovery>> recover(std::vector<std::string> known) override {
    return inner_.recover(std::move(known));
  }

 private:
  Store& inner_;
  Metrics& metrics_;
};

}  // namespace rowprint::daemon
