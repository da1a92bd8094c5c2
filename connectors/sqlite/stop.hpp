#pragma once

#include "ingest/model/error.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

struct sqlite3;

namespace rowprint::sqlite_file {

/// What ends a query before its end: whoever cancels it, or the time it may take.
///
/// Lifecycle: outlives the connections it watches. Thread safety: cancel() from any thread; the rest from the one that
/// calls SQLite.
class Stop {
 public:
  /// `bound`: of the whole query, from now on; 0 is none.
  explicit Stop(std::chrono::milliseconds bound);

  /// What SQLite computes just now ends at its next step.
  void cancel() noexcept;
  bool asked() const { return cancelled_ || std::chrono::steady_clock::now() >= deadline_; }
  std::chrono::steady_clock::time_point deadline() const { return deadline_; }
  /// Why it was asked for; nothing while it is not.
  std::optional<Error> reason() const;

  /// The connection to interrupt; nullptr before it is closed.
  void watch(sqlite3* connection);

 private:
  std::atomic<bool> cancelled_ = false;
  std::chrono::milliseconds bound_;
  std::chrono::steady_clock::time_point deadline_;
  std::mutex mutex_;  ///< held while the connection is interrupted, so that it is not closed meanwhile
  sqlite3* connection_ = nullptr;
};

}  // namespace rowprint::sqlite_file
