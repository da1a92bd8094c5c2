#include "daemon/readiness.hpp"

#include <algorithm>

namespace rowprint::daemon {

awaitable<Result<std::vector<std::string>>> Readiness::missing() {
  if (missing_.empty()) {
    co_return std::vector<std::string>{};
  }
  auto known = co_await catalog_.locations();
  if (!known) {
    co_return fail(std::move(known.error()));
  }
  std::vector<std::string> still;
  for (const std::string& location : missing_) {
    if (std::find(known->begin(), known->end(), location) != known->end()) {
      still.push_back(location);
    }
  }
  co_return still;
}

}  // namespace rowprint::daemon
