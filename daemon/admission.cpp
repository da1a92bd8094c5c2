#include "daemon/admission.hpp"

#include <fmt/format.h>

namespace rowprint::daemon {

Result<Admission::Place> Admission::enter_push() {
  if (pushes_.fetch_add(1) >= pushes_max_) {
    pushes_.fetch_sub(1);
    Error error;
    error.code = ErrorCode::busy;
    error.reason = fmt::format("{} pushes are running already, as many as limits.ingests allows", pushes_max_);
    error.retryable = true;
    return fail(std::move(error));
  }
  return Place{this, [this](const void*) { pushes_.fetch_sub(1); }};
}

Result<void> Admission::check_disk() const {
  if (reserve_bytes_ == 0) {
    return {};
  }
  const auto free = disk_.free_bytes(directory_);
  if (!free) {
    return fail(free.error());
  }
  if (*free < reserve_bytes_) {
    return fail(ErrorCode::no_space, fmt::format("the disk has {} bytes left, less than limits.disk_reserve ({} bytes)",
                                                 *free, reserve_bytes_));
  }
  return {};
}

}  // namespace rowprint::daemon
