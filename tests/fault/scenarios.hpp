#pragma once

#include "tests/fault/promises.hpp"
#include "tests/support/crashing_disk.hpp"

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace rowprint::test {

/// Something that clients do to a daemon that may fail under it at any operation.
struct Scenario {
  /// Whether a daemon has run there before at all.
  bool has_run = true;
  /// What is there before, all of it acknowledged and durable.
  std::vector<Push> before;
  /// Files that are there besides.
  std::vector<std::string> left_behind;
  /// Done while the disk fails, and noted in the ledger. `is_off` tells whether there is anybody left to answer.
  std::function<void(DaemonOnDisk& daemon, Ledger& ledger, const std::function<bool()>& is_off)> act;
  /// Try every so many operations, from a random one on: where a run takes long, or goes another way each time.
  std::uint64_t stride = 1;
  /// For the daemon under test, and the one before it; the one after it is as by default, whatever these wrote.
  std::size_t small_bytes_max = sqlite::SmallContentStore::kSmallBytesMax;
};

/// A scenario to be made once it is needed.
struct NamedScenario {
  std::string name;
  std::function<Scenario()> make;
};
void PrintTo(const NamedScenario& scenario, std::ostream* out);

/// The same, where every content is a file of its own.
Scenario in_files(Scenario scenario);

/// Each short: a few rows, but for those that are about many. Those whose rows are few come in both kinds.
std::vector<NamedScenario> scenarios();
/// Enough that the digests of a set do not fit into the memory for sorting.
std::vector<Row> spilling_rows();
Scenario push_that_spills();

/// A single push of a few rows into an empty daemon.
Scenario first_push();
/// The same, where there is not even a folder.
Scenario first_push_into_nothing();
/// A start, and nothing else, where a crash left staging and contents that no version knows.
Scenario start_after_a_crash();

/// A disk with the folder of a daemon that did what comes before and was ended properly; and that, noted.
struct Prepared {
  std::unique_ptr<CrashingDisk> disk;
  Ledger ledger;
};
Prepared prepare(const Scenario& scenario);

}  // namespace rowprint::test
