#pragma once

#include "ingest/model/error.hpp"
#include "ingest/watched.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

namespace rowprint::daemon {

/// Counts those who read SQL sources: so many at once and no more, and the daemon does not end before them.
///
/// Thread safety: all functions from any thread. Lifecycle: enter() for each read; when nobody new can come, close();
/// destroyed once all places are.
class ReadGate {
 public:
  explicit ReadGate(std::size_t places) : places_(places) {}
  ReadGate(const ReadGate&) = delete;
  ReadGate& operator=(const ReadGate&) = delete;

  /// The place of one read, given back with its last copy.
  using Place = std::shared_ptr<const void>;
  /// Does not wait. Errors: busy (retryable).
  Result<Place> enter();
  std::size_t inside() const;

  /// Calls `empty` once, as soon as nobody is inside, from whatever thread that is known on. Nobody enters any more.
  void close(std::function<void()> empty);

  /// Set when the daemon stops waiting: reads that are nobody's job end soon.
  Watched<bool> cancel{false};

 private:
  void leave();

  const std::size_t places_;
  mutable std::mutex mutex_;
  std::size_t inside_ = 0;
  bool closed_ = false;
  std::function<void()> empty_;
};

}  // namespace rowprint::daemon
