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
  auto digests = co_await catalog_.digests();
  if (!digests) {
    co_return fail(std::move(digests.error()));
  }
  std::vector<std::string> still;
  for (const std::string& name : missing_) {
    if (std::ranges::find(*known, name) != known->end() || std::ranges::find(*digests, name) != digests->end()) {
      still.push_back(name);
    }
  }
  co_return still;
}

}  // namespace rowprint::daemon
