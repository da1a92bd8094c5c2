#pragma once

#include "tests/fault/scenarios.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rowprint::test {

struct CutOptions {
  bool cut_start = false;  ///< the cut may hit the start of the daemon, too
  /// Stands between the daemon and the disk, for canaries; may be empty.
  std::function<std::unique_ptr<Disk>(Disk& inner)> between;
};

struct CutOutcome {
  std::vector<std::string> broken;  ///< promises, with the operation and what was left of unsynced writes
  std::uint64_t operations = 0;     ///< that the scenario takes, start (if cut) and end of the daemon included
};

/// Runs the scenario with the power cut at operation 1, 2, 3 … (or as next_operation() says) until it ends without
/// reaching the cut, and each time starts on what is left: nothing of what was not synced, all of it, and twice any of
/// it. Stops at the first cut that breaks a promise.
CutOutcome cut_everywhere(const Scenario& scenario, const CutOptions& options = {});

}  // namespace rowprint::test
