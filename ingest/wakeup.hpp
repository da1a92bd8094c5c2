#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>

namespace rowprint {

/// One waiting coroutine, and the means to wake it from any thread.
///
/// Lifecycle: made by the waiter on its executor, which must be serial (a strand, or a loop with one thread); handed to
/// whoever will wake it under that one's lock; then sleep() is awaited at once. Waking before sleep() is awaited is
/// fine, since the wake runs on the same executor after it. Thread safety: wake() from any thread, once is enough; the
/// rest on the waiter's executor.
class Wakeup {
 public:
  Wakeup(boost::asio::any_io_executor executor, std::optional<std::chrono::steady_clock::duration> patience)
      : timer_(std::make_shared<boost::asio::steady_timer>(std::move(executor))) {
    if (patience) {
      timer_->expires_after(*patience);
    } else {
      timer_->expires_at(boost::asio::steady_timer::time_point::max());
    }
  }

  void wake() const {
    boost::asio::post(timer_->get_executor(), [timer = timer_] { timer->cancel(); });
  }
  /// Returns when woken or out of patience.
  boost::asio::awaitable<void> sleep() const {
    const auto timer = timer_;
    boost::system::error_code ignored;
    co_await timer->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }

 private:
  std::shared_ptr<boost::asio::steady_timer> timer_;
};

}  // namespace rowprint
