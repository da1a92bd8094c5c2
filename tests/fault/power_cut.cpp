#include "tests/fault/power_cut.hpp"
#include "tests/support/effort.hpp"

namespace rowprint::test {
namespace {

/// True where the cut was reached.
bool cut_once(const Scenario& scenario, const Prepared& prepared, std::uint64_t operation, const CutOptions& options,
              CutOutcome& outcome) {
  const auto disk = prepared.disk->after_power_cut(Unsynced::kept);
  const auto between = options.between ? options.between(*disk) : nullptr;
  Ledger ledger = prepared.ledger;
  const auto check = [&](Unsynced unsynced, std::uint64_t seed) {
    for (const std::string& broken : broken_after_power_cut(*disk, ledger, unsynced, seed)) {
      outcome.broken.push_back("cut at operation " + std::to_string(operation) + ", " + broken);
    }
  };
  if (options.cut_start) {
    disk->cut_at(operation);
  }
  {
    auto daemon = DaemonOnDisk::start(between ? *between : *disk, scenario.small_bytes_max);
    if (daemon) {
      if (!options.cut_start) {
        disk->cut_at(operation);
      }
      scenario.act(**daemon, ledger, [&] { return disk->is_off(); });
      if (!disk->is_off()) {
        // All answers are out, and the power may go before the daemon does anything more.
        check(Unsynced::lost, 0);
      }
    } else if (!disk->is_off()) {
      outcome.broken.push_back("the daemon does not start: " + daemon.error().text());
    }
  }
  check(Unsynced::lost, 0);
  check(Unsynced::kept, 0);
  check(Unsynced::some, run_seed() + 2 * operation);
  check(Unsynced::some, run_seed() + 2 * operation + 1);
  return disk->is_off();
}

}  // namespace

CutOutcome cut_everywhere(const Scenario& scenario, const CutOptions& options) {
  const Prepared prepared = prepare(scenario);
  CutOutcome outcome;
  Random random(run_seed());
  std::uint64_t operation = 1 + random.below(scenario.stride);
  while (outcome.broken.empty() && cut_once(scenario, prepared, operation, options, outcome)) {
    outcome.operations = operation;
    // A canary waits for one operation.
    operation = options.between ? operation + scenario.stride : next_operation(operation, scenario.stride);
  }
  return outcome;
}

}  // namespace rowprint::test
