#pragma once

#include "daemon/readiness.hpp"
#include "daemon/system/service_notifier.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace rowprint::daemon {

/// Tells the service manager that the daemon is ready once it is, then that it is alive.
///
/// A daemon that misses contents serves, but is not ready: meanwhile it says what is missing and asks for patience, so
/// that it is not killed for it. Lifecycle: start() once; stop() lets it end. Runs on `executor`, a strand that start()
/// and stop() are called on. Borrows notifier and readiness.
class Supervision {
 public:
  Supervision(boost::asio::any_io_executor executor, boost::asio::any_io_executor workers,
              const ServiceNotifier& notifier, Readiness& readiness);
  void start();
  void stop();

 private:
  awaitable<void> run();
  awaitable<bool> report_readiness();

  boost::asio::steady_timer timer_;
  boost::asio::any_io_executor workers_;
  const ServiceNotifier& notifier_;
  Readiness& readiness_;
  bool stopping_ = false;
};

}  // namespace rowprint::daemon
