#pragma once

#include <chrono>

namespace rowprint::cli {

/// SIGINT, SIGTERM and SIGHUP as something to wait for, so that a program can leave in order.
///
/// Lifecycle: while it lives, the first of these signals only makes descriptor() readable, and stays to be seen; a
/// second one ends the program as it always would. At most one at a time: it owns those signals' handlers. Thread
/// safety: all functions from any thread. Where the system gives no descriptor the signals stay as they were.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  /// Readable once there was a signal. For poll(); nobody reads it.
  int descriptor() const { return descriptor_; }
  bool raised() const { return wait(std::chrono::milliseconds{0}); }
  /// Waits, at most so long; whether there was a signal.
  bool wait(std::chrono::milliseconds longest) const;

 private:
  int descriptor_;
};

}  // namespace rowprint::cli
