#include "connectors/sqlite/stop.hpp"

#include <sqlite3.h>
#include <string>

namespace rowprint::sqlite_file {
namespace {

using Clock = std::chrono::steady_clock;

Clock::time_point after(std::chrono::milliseconds bound) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::time_point::max() - Clock::now());
  return bound.count() <= 0 || bound >= left ? Clock::time_point::max() : Clock::now() + bound;
}

}  // namespace

Stop::Stop(std::chrono::milliseconds bound) : bound_(bound), deadline_(after(bound)) {}

void Stop::cancel() noexcept {
  cancelled_ = true;
  const std::lock_guard lock{mutex_};
  if (connection_ != nullptr) {
    sqlite3_interrupt(connection_);
  }
}

std::optional<Error> Stop::reason() const {
  Error error;
  if (cancelled_) {
    error.code = ErrorCode::cancelled;
    error.reason = "the query was cancelled";
    return error;
  }
  if (Clock::now() >= deadline_) {
    error.code = ErrorCode::limit_exceeded;
    error.reason = "the query took longer than its " + std::to_string(bound_.count()) + " ms";
    return error;
  }
  return std::nullopt;
}

void Stop::watch(sqlite3* connection) {
  const std::lock_guard lock{mutex_};
  connection_ = connection;
}

}  // namespace rowprint::sqlite_file
