#include "connectors/postgres/wire.hpp"

namespace rowprint::postgres {

/// False once `patience` has passed.
Result<bool> Wire::wait(bool to_write, Patience patience) {
  const Deadline until = patience ? Deadline{std::chrono::steady_clock::now() + *patience} : Deadline{};
  const bool impatient = until && (!deadline_ || *until < *deadline_);
  for (;;) {
    switch (wait_for(PQsocket(connection_), to_write, interrupt_, impatient ? until : deadline_)) {
      case Ready::yes:
        return true;
      case Ready::woken:
        interrupt_.drain();
        break;
      case Ready::late:
        if (impatient) {
          return false;
        }
        interrupt_.raise(Interrupt::Reason::statement);
        break;
    }
    if (interrupt_.reason() != Interrupt::Reason::none) {
      return fail(ErrorCode::cancelled, "interrupted");  // whoever called knows the reason and says it
    }
  }
}

Result<void> Wire::flush(int sent) {
  int left = sent == 1 ? PQflush(connection_) : -1;
  while (left == 1) {
    const Result<bool> ready = wait(true, {});
    if (!ready) {
      return fail(ready.error());
    }
    // The server may be waiting for us to read before it reads on.
    left = PQconsumeInput(connection_) == 1 ? PQflush(connection_) : -1;
  }
  if (left != 0) {
    return fail(error_of_connection(connection_));
  }
  return {};
}

Result<bool> Wire::receive(Patience patience) {
  const Result<bool> ready = wait(false, patience);
  if (!ready || !*ready) {
    return ready;
  }
  if (PQconsumeInput(connection_) != 1) {
    return fail(error_of_connection(connection_));
  }
  return true;
}

Result<ResultOwner> Wire::result() {
  while (PQisBusy(connection_) != 0) {
    if (const Result<bool> received = receive(); !received) {
      return fail(received.error());
    }
  }
  return ResultOwner{PQgetResult(connection_)};
}

}  // namespace rowprint::postgres
