#pragma once

#include "ingest/model/error.hpp"

#include <libpq-fe.h>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

namespace rowprint::postgres {

/// Ends what the thread of a connection is doing, from any other thread.
///
/// Raised, it makes the server end its query (a cancel request, which needs a connection of its own and therefore a
/// thread of its own that nobody waits for), and shuts the connection's socket, so that whoever waits for it wakes up,
/// whether or not the network still works. Lifecycle: attach() a connection when it is made, detach() before it is
/// closed; after a raise() it stays raised. Thread safety: all functions from any thread, and none of them blocks.
class Interrupt {
 public:
  enum class Reason {
    none,
    cancelled,  ///< by the owner
    opening,    ///< the query was not under way in time
    statement,  ///< the whole query took too long
    idle,       ///< nobody asked for rows for too long
  };

  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void attach(PGconn* connection);
  void detach();
  /// From here on `opening` does nothing.
  void opened();

  /// The first reason stays.
  void raise(Reason reason) noexcept;
  /// Wakes the thread for no reason but that there is something to do.
  void wake() noexcept;
  Reason reason() const;

  /// Readable when woken or raised, until drain().
  int descriptor() const { return descriptor_; }
  void drain() noexcept;

 private:
  mutable std::mutex mutex_;
  int descriptor_ = -1;  // an eventfd
  int socket_ = -1;
  std::shared_ptr<PGcancel> cancel_;
  Reason reason_ = Reason::none;
  bool opened_ = false;
};

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

/// What became of a wait.
enum class Ready { yes, woken, late };
/// Waits until a socket may be read (or written, if `to_write`), the interrupt is woken, or the deadline has passed.
Ready wait_for(int socket, bool to_write, const Interrupt& interrupt, Deadline deadline);

}  // namespace rowprint::postgres
