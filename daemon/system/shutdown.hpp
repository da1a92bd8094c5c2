#pragma once

#include "daemon/jobs.hpp"
#include "daemon/read_gate.hpp"
#include "daemon/server/listener.hpp"
#include "daemon/system/supervision.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace rowprint::daemon {

/// Ends the daemon on SIGTERM and SIGINT: nobody new is accepted, running requests and pulls get `grace`, then they are
/// cancelled. A second signal ends the process at once, which costs nothing that was acknowledged.
///
/// Lifecycle: start() once; when the listener has ended and nobody reads a source any more, ended() takes away the last
/// reason to wait. Runs on `executor`, a strand that both are called on. Borrows the rest.
class Shutdown {
 public:
  Shutdown(boost::asio::any_io_executor executor, Listener& listener, Jobs& jobs, ReadGate& reads,
           Supervision& supervision, std::chrono::milliseconds grace);
  void start();
  void ended();

 private:
  void wait();
  void begin(int signal);

  boost::asio::signal_set signals_;
  boost::asio::steady_timer timer_;
  Listener& listener_;
  Jobs& jobs_;
  ReadGate& reads_;
  Supervision& supervision_;
  std::chrono::milliseconds grace_;
  bool begun_ = false;
};

}  // namespace rowprint::daemon
