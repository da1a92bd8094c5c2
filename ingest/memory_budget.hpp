#pragma once

#include "ingest/model/error.hpp"
#include "ingest/progress.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>

namespace rowprint {

using boost::asio::awaitable;

/// The one memory budget of the process, divided among ingests: each takes a share before it begins and gives it back
/// at its end.
///
/// Waiting is in the order of arrival, so that nobody starves. Thread safety: all functions from any thread.
/// Ownership: shares keep the budget's account alive. Units: bytes.
class MemoryBudget {
 public:
  /// Bytes that are one's own until destroyed. Move-only.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept = default;
    Share& operator=(Share&& other) noexcept;
    ~Share();
    std::size_t bytes() const { return bytes_; }

   private:
    friend class MemoryBudget;
    std::shared_ptr<struct MemoryAccount> account_;
    std::size_t bytes_ = 0;
  };

  explicit MemoryBudget(std::size_t bytes_max);
  /// Waits for `bytes` to be free, at most `patience`. Errors: busy (retryable) when it takes longer, limit_exceeded
  /// when it is more than the whole budget, cancelled by `progress`, which may be empty.
  awaitable<Result<Share>> take(std::size_t bytes, std::chrono::milliseconds patience,
                                std::shared_ptr<Progress> progress = {});
  std::size_t bytes_max() const;
  std::size_t bytes_used() const;
  std::size_t waiting() const;

 private:
  std::shared_ptr<struct MemoryAccount> account_;
};

}  // namespace rowprint
