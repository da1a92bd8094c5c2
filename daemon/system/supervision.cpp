#include "daemon/system/supervision.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rowprint::daemon {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kPatience{5};

}  // namespace

Supervision::Supervision(asio::any_io_executor executor, asio::any_io_executor workers, const ServiceNotifier& notifier,
                         Readiness& readiness)
    : timer_(executor), workers_(std::move(workers)), notifier_(notifier), readiness_(readiness) {}

void Supervision::start() {
  if (notifier_.listened_to()) {
    asio::co_spawn(timer_.get_executor(), run(), asio::detached);
  }
}

void Supervision::stop() {
  stopping_ = true;
  notifier_.send("STOPPING=1");
  timer_.cancel();
}

awaitable<void> Supervision::run() {
  bool ready = false;
  while (!stopping_) {
    if (!ready) {
      ready = co_await report_readiness();
    }
    const auto watchdog = notifier_.watchdog();
    if (ready && !watchdog) {
      co_return;
    }
    if (stopping_) {
      co_return;
    }
    if (watchdog) {
      notifier_.send("WATCHDOG=1");
    }
    const std::chrono::microseconds pause = watchdog ? *watchdog / 2 : kPatience;
    timer_.expires_after(ready ? pause : std::min<std::chrono::microseconds>(pause, kPatience));
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

awaitable<bool> Supervision::report_readiness() {
  const auto missing = co_await asio::co_spawn(workers_, readiness_.missing(), asio::use_awaitable);
  if (missing && missing->empty()) {
    notifier_.send("READY=1\nSTATUS=serving");
    co_return true;
  }
  const std::string reason =
      missing ? fmt::format("contents are not there: {}", fmt::join(*missing, ", ")) : missing.error().reason;
  const auto extension = std::chrono::duration_cast<std::chrono::microseconds>(kPatience * 6).count();
  notifier_.send(fmt::format("STATUS=serving, but not ready: {}\nEXTEND_TIMEOUT_USEC={}", reason, extension));
  co_return false;
}

}  // namespace rowprint::daemon
