#include "daemon/read_gate.hpp"

#include <fmt/format.h>

namespace rowprint::daemon {

Result<ReadGate::Place> ReadGate::enter() {
  const std::scoped_lock lock{mutex_};
  if (closed_ || inside_ >= places_) {
    Error error;
    error.code = ErrorCode::busy;
    error.reason =
        closed_ ? "the daemon is stopping"
                : fmt::format("{} reads of sources are running already, as many as pulls.concurrent allows", inside_);
    error.retryable = true;
    return fail(std::move(error));
  }
  inside_ += 1;
  return Place{this, [this](const void*) { leave(); }};
}

std::size_t ReadGate::inside() const {
  const std::scoped_lock lock{mutex_};
  return inside_;
}

void ReadGate::close(std::function<void()> empty) {
  {
    const std::scoped_lock lock{mutex_};
    closed_ = true;
    if (inside_ > 0) {
      empty_ = std::move(empty);
      return;
    }
  }
  empty();
}

void ReadGate::leave() {
  std::function<void()> empty;
  {
    const std::scoped_lock lock{mutex_};
    inside_ -= 1;
    if (inside_ == 0) {
      empty = std::exchange(empty_, nullptr);
    }
  }
  if (empty) {
    empty();
  }
}

}  // namespace rowprint::daemon
