#pragma once

#include "cli/interrupt.hpp"
#include "ingest/watched.hpp"

#include <stop_token>
#include <thread>

namespace rowprint::cli {

/// While databases are read, a signal cancels what they were asked, so that it ends on their servers too, which may not
/// notice for long that their client is gone.
///
/// Lifecycle: from before the first query is opened to after the last; outlives what is read under `cancel`.
/// interrupted() says afterwards whether there was a signal. At most one at a time, as Interrupt.
class InterruptibleRead {
 public:
  InterruptibleRead() : watcher_([this](const std::stop_token& stop) { watch(stop); }) {}
  InterruptibleRead(const InterruptibleRead&) = delete;
  InterruptibleRead& operator=(const InterruptibleRead&) = delete;

  bool interrupted() const { return interrupt_.raised(); }

  /// Set by the signal.
  Watched<bool> cancel{false};

 private:
  void watch(const std::stop_token& stop);

  Interrupt interrupt_;
  std::jthread watcher_;  ///< the last member: it uses the others
};

}  // namespace rowprint::cli
