#pragma once

#include "connectors/postgres/errors.hpp"
#include "connectors/postgres/interrupt.hpp"

#include <libpq-fe.h>

namespace rowprint::postgres {

/// How long to wait; nothing: as long as it takes. A duration, so that nobody looks at the clock who need not wait.
using Patience = std::optional<std::chrono::milliseconds>;

/// A session's connection as the thread that reads rows uses it: every wait ends at the deadline or when interrupted.
///
/// Lifecycle: over a connection that nothing is under way on; from then on it does not block but here. Thread safety:
/// none. Ownership: borrows connection and interrupt. Errors: unavailable where the connection breaks off; what the
/// server says is in the results.
class Wire {
 public:
  Wire(PGconn* connection, Interrupt& interrupt) : connection_(connection), interrupt_(interrupt) {
    PQsetnonblocking(connection_, 1);
  }

  PGconn* connection() const { return connection_; }
  /// For everything from here on.
  void set_deadline(Deadline deadline) { deadline_ = deadline; }

  /// After a PQsend…, whose result is `sent`: waits until all of it is on its way.
  Result<void> flush(int sent);
  /// The next result; null when there is none left.
  Result<ResultOwner> result();
  /// Waits for more of what the server sends; false once `patience` has passed without any.
  Result<bool> receive(Patience patience = {});

 private:
  Result<bool> wait(bool to_write, Patience patience);

  PGconn* connection_;
  Interrupt& interrupt_;
  Deadline deadline_;
};

}  // namespace rowprint::postgres
