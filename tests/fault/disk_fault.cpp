#include "tests/fault/disk_fault.hpp"
#include "tests/support/effort.hpp"

#include <algorithm>

namespace rowprint::test {
namespace {

const auto kAlwaysOn = [] { return false; };

ErrorCode code_of(Fault fault) {
  return fault == Fault::io ? ErrorCode::io : ErrorCode::no_space;
}

/// A disk that fails, above one that can lose its power.
struct FailingMachine {
  explicit FailingMachine(const CrashingDisk& image) : disk(image.after_power_cut(Unsynced::kept)), faulty(*disk) {
    faulty.on_failed_sync = [this](const std::string& path) { disk->lose_unsynced(path); };
  }
  std::unique_ptr<CrashingDisk> disk;
  FaultyDisk faulty;
};

/// Whether something may stay behind until the next start: its removal failed, or nobody knows whether it is in use.
bool may_leave_something(const FaultyDisk& faulty, Fault fault, Lasting lasting, const std::vector<Error>& errors) {
  const bool unknown =
      std::any_of(errors.begin(), errors.end(), [](const Error& error) { return error.outcome_unknown; });
  const bool removal_failed =
      fault == Fault::io && (lasting == Lasting::from_then_on || faulty.struck_operation().starts_with("remove"));
  return unknown || removal_failed;
}

/// True where the fault was reached.
bool fail_once(const Scenario& scenario, const Prepared& prepared, std::uint64_t operation, Fault fault,
               Lasting lasting, FaultOutcome& outcome) {
  FailingMachine machine(*prepared.disk);
  Ledger ledger = prepared.ledger;
  const auto broken = [&](const std::string& what) {
    outcome.broken.push_back("operation " + std::to_string(operation) + " (" + machine.faulty.struck_operation() +
                             "): " + what);
  };
  auto daemon = DaemonOnDisk::start(machine.faulty, scenario.small_bytes_max);
  if (!daemon) {
    broken("the daemon does not start: " + daemon.error().text());
    return false;
  }

  machine.faulty.fail_at(operation, fault, lasting);
  scenario.act(**daemon, ledger, kAlwaysOn);
  machine.faulty.heal();
  const std::vector<Error> errors = ledger.errors();
  for (const Error& error : errors) {
    if (error.code != code_of(fault)) {
      broken("told as \"" + std::string{to_string(error.code)} + "\": " + error.text());
    }
  }
  outcome.failures += errors.empty() ? 0 : 1;
  if (!may_leave_something(machine.faulty, fault, lasting, errors)) {
    for (const std::string& left : leftovers(**daemon)) {
      broken("left " + left);
    }
  }
  for (const std::string& promise : ledger.broken_promises(**daemon)) {
    broken(promise);
  }

  scenario.act(**daemon, ledger, kAlwaysOn);
  for (std::size_t i = errors.size(); i < ledger.errors().size(); ++i) {
    // Of what was removed before nothing is left to remove.
    if (ledger.errors()[i].code != ErrorCode::not_found) {
      broken("the same again on a well disk fails: " + ledger.errors()[i].text());
    }
  }
  for (const std::string& promise : ledger.broken_promises(**daemon)) {
    broken("after the same again on a well disk, " + promise);
  }
  // In turn, since all three at every operation would take minutes.
  const auto unsynced = static_cast<Unsynced>(operation % 3);
  for (const std::string& promise : broken_after_power_cut(*machine.disk, ledger, unsynced, run_seed() + operation)) {
    broken("after that and a power cut, " + promise);
  }
  return machine.faulty.has_struck();
}

bool fail_start_once(const Scenario& scenario, const Prepared& prepared, std::uint64_t operation, Fault fault,
                     Lasting lasting, FaultOutcome& outcome) {
  FailingMachine machine(*prepared.disk);
  const auto broken = [&](const std::string& what) {
    outcome.broken.push_back("operation " + std::to_string(operation) + " of the start (" +
                             machine.faulty.struck_operation() + "): " + what);
  };
  Ledger ledger = prepared.ledger;
  machine.faulty.fail_at(operation, fault, lasting);
  {
    auto daemon = DaemonOnDisk::start(machine.faulty, scenario.small_bytes_max);
    machine.faulty.heal();
    if (!daemon) {
      ++outcome.failures;
      if (daemon.error().code != code_of(fault)) {
        broken("told as \"" + std::string{to_string(daemon.error().code)} + "\": " + daemon.error().text());
      }
    } else {
      scenario.act(**daemon, ledger, kAlwaysOn);
      for (const Error& error : ledger.errors()) {
        broken("the daemon started, but: " + error.text());
      }
    }
  }
  for (const std::string& promise : broken_after_start(machine.faulty, ledger)) {
    broken("at the next start, " + promise);
  }
  return machine.faulty.has_struck();
}

template <typename Once>
FaultOutcome everywhere(const Scenario& scenario, Fault fault, Lasting lasting, Once once) {
  const Prepared prepared = prepare(scenario);
  FaultOutcome outcome;
  Random random(run_seed());
  std::uint64_t operation = 1 + random.below(scenario.stride);
  while (once(scenario, prepared, operation, fault, lasting, outcome) && outcome.broken.empty()) {
    outcome.operations = operation;
    operation = next_operation(operation, scenario.stride);
  }
  return outcome;
}

}  // namespace

FaultOutcome fail_everywhere(const Scenario& scenario, Fault fault, Lasting lasting) {
  return everywhere(scenario, fault, lasting, fail_once);
}

FaultOutcome fail_start_everywhere(const Scenario& scenario, Fault fault, Lasting lasting) {
  return everywhere(scenario, fault, lasting, fail_start_once);
}

}  // namespace rowprint::test
