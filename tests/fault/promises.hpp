#pragma once

#include "tests/fault/daemon_on_disk.hpp"
#include "tests/support/crashing_disk.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rowprint::test {

/// What clients were told, which is what a crash is held against.
///
/// Thread safety: none.
class Ledger {
 public:
  /// Notes the answer to a push, or that there was none because the power went off in between.
  void answered(const Push& push, const Result<Receipt>& receipt, bool power_is_off);
  /// Notes the answer to a removal of one version.
  void answered_removal(const std::string& dataset, std::uint64_t number, const Result<Released>& released,
                        bool power_is_off);

  /// Of all that failed while somebody was there to answer, in order; those of pushes and removals alike.
  const std::vector<Error>& errors() const { return errors_; }

  /// Everything of this that does not hold, in words; empty if all does:
  /// every acknowledged version is there; every visible version is complete and verifies; no more than the pushes that
  /// got no answer, or one that said "unknown", are visible besides; what was acknowledged as removed is gone; of a
  /// push that was tried under a key there is at most one version.
  std::vector<std::string> broken_promises(DaemonOnDisk& daemon) const;

 private:
  using Name = std::pair<std::string, std::uint64_t>;
  std::map<Name, hashing::Fingerprint> acknowledged_;
  std::vector<std::pair<std::string, hashing::Fingerprint>> in_flight_;  ///< dataset and identity
  std::vector<Error> errors_;
  std::vector<Name> removed_;
  std::vector<Name> perhaps_removed_;
  std::set<std::string> made_once_;  ///< datasets that pushes under a key went into, one key each
};

/// Starts on `disk` and holds the ledger against what is there, then that the start left nothing behind and that
/// pushing goes on.
std::vector<std::string> broken_after_start(Disk& disk, const Ledger& ledger);

/// What broken_after_start() finds on what a power cut now leaves of `disk`.
std::vector<std::string> broken_after_power_cut(const CrashingDisk& disk, const Ledger& ledger, Unsynced unsynced,
                                                std::uint64_t seed);

/// Files in staging, and files of contents that the catalog does not know.
std::vector<std::string> leftovers(DaemonOnDisk& daemon);

}  // namespace rowprint::test
