#pragma once

#include "tests/fault/scenarios.hpp"
#include "tests/support/faulty_disk.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rowprint::test {

struct FaultOutcome {
  std::vector<std::string> broken;  ///< promises, with the operation that failed
  std::uint64_t operations = 0;     ///< of the scenario that the fault can happen to
  std::uint64_t failures = 0;       ///< of those, after which a client got an error
};

/// Runs the scenario with operation 1, 2, 3 … (or as next_operation() says) of the disk failing until it ends without
/// reaching it. Each time: the error is the fault's, staging is gone, the promises hold; then the disk is well again,
/// and the same daemon serves the same clients; then the power is cut, and the promises hold still. Stops at the first
/// that breaks.
FaultOutcome fail_everywhere(const Scenario& scenario, Fault fault, Lasting lasting);

/// The same for the start of a daemon: it fails with the fault's error or serves, and once the disk is well it starts.
FaultOutcome fail_start_everywhere(const Scenario& scenario, Fault fault, Lasting lasting);

}  // namespace rowprint::test
