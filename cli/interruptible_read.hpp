#pragma once

#include "cli/interrupt.hpp"
#include "ingest/sql/database.hpp"

#include <stop_token>
#include <thread>

namespace rowprint::cli {

/// While a query is read, a signal cancels it, so that it ends on the server too, which may not notice for long that
/// its client is gone.
///
/// Lifecycle: from before the reading to its end; within the life of the source. interrupted() says afterwards whether
/// there was a signal. At most one at a time, as Interrupt.
class InterruptibleRead {
 public:
  explicit InterruptibleRead(sql::QuerySource& source)
      : watcher_([this, &source](const std::stop_token& stop) { watch(source, stop); }) {}
  InterruptibleRead(const InterruptibleRead&) = delete;
  InterruptibleRead& operator=(const InterruptibleRead&) = delete;

  bool interrupted() const { return interrupt_.raised(); }

 private:
  void watch(sql::QuerySource& source, const std::stop_token& stop) const;

  Interrupt interrupt_;
  std::jthread watcher_;  ///< the last member: it uses the other
};

}  // namespace rowprint::cli
