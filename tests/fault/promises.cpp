#include "tests/fault/promises.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace rowprint::test {
namespace {

std::string named(const std::pair<std::string, std::uint64_t>& name) {
  return name.first + "@" + std::to_string(name.second);
}

template <typename T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

void Ledger::answered(const Push& push, const Result<Receipt>& receipt, bool power_is_off) {
  if (!push.key.empty()) {
    made_once_.insert(push.dataset);
  }
  if (receipt) {
    acknowledged_.emplace(Name{receipt->version.dataset, receipt->version.number}, push.identity);
    return;
  }
  errors_.push_back(receipt.error());
  if (power_is_off || receipt.error().outcome_unknown) {
    in_flight_.emplace_back(push.dataset, push.identity);
  }
}

void Ledger::answered_removal(const std::string& dataset, std::uint64_t number, const Result<Released>& released,
                              bool power_is_off) {
  if (released) {
    removed_.emplace_back(dataset, number);
    return;
  }
  errors_.push_back(released.error());
  if (power_is_off || released.error().outcome_unknown) {
    perhaps_removed_.emplace_back(dataset, number);
  }
}

std::vector<std::string> Ledger::broken_promises(DaemonOnDisk& daemon) const {
  std::vector<std::string> broken;
  const auto visible = daemon.visible();
  if (!visible) {
    return {"the catalog cannot be read: " + visible.error().text()};
  }
  auto in_flight = in_flight_;
  std::set<Name> seen;
  std::map<std::string, std::string> wrong_at;  // versions share contents, which are read once
  for (const Published& published : *visible) {
    const Name name{published.version.dataset, published.version.number};
    seen.insert(name);
    if (made_once_.contains(name.first) && name.second != 1) {
      broken.push_back(named(name) + " was made under a key that had made another");
    }
    const auto [wrong, is_new] = wrong_at.try_emplace(published.content.location);
    if (is_new) {
      wrong->second = daemon.wrong_with(published.content);
    }
    if (!wrong->second.empty()) {
      broken.push_back(named(name) + " is visible and " + wrong->second);
    }
    if (contains(removed_, name)) {
      broken.push_back(named(name) + " was removed and is visible");
    }
    const auto acknowledged = acknowledged_.find(name);
    if (acknowledged != acknowledged_.end() && acknowledged->second == published.version.fingerprint) {
      continue;
    }
    if (acknowledged != acknowledged_.end()) {
      broken.push_back(named(name) + " is another content than was acknowledged");
      continue;
    }
    const auto flight =
        std::find(in_flight.begin(), in_flight.end(), std::pair{name.first, published.version.fingerprint});
    if (flight == in_flight.end()) {
      broken.push_back(named(name) + " is visible, and no push was under way that could have made it");
    } else {
      in_flight.erase(flight);
    }
  }
  for (const auto& [name, fingerprint] : acknowledged_) {
    if (!seen.contains(name) && !contains(removed_, name) && !contains(perhaps_removed_, name)) {
      broken.push_back(named(name) + " was acknowledged and is gone");
    }
  }
  return broken;
}

std::vector<std::string> leftovers(DaemonOnDisk& daemon) {
  Disk& disk = daemon.data().disk();
  const std::string data = DaemonOnDisk::kData;
  std::vector<std::string> left;
  auto staging = disk.list(data + "/staging");
  auto contents = disk.list(data + "/contents");
  auto digests = disk.list(data + "/digests");
  auto known = daemon.run(daemon.data().catalog().locations());
  auto known_digests = daemon.run(daemon.data().catalog().digests());
  if (!staging || !contents || !digests || !known || !known_digests) {
    return {"folders or catalog that cannot be read"};
  }
  for (const std::string& name : *digests) {
    if (!contains(*known_digests, name)) {
      left.push_back("digests/" + name);
    }
  }
  for (const std::string& name : *staging) {
    left.push_back("staging/" + name);
  }
  for (const std::string& name : *contents) {
    if (!contains(*known, name)) {
      left.push_back("contents/" + name);
    }
  }
  return left;
}

std::vector<std::string> broken_after_start(Disk& disk, const Ledger& ledger) {
  auto daemon = DaemonOnDisk::start(disk);
  if (!daemon) {
    return {"the daemon does not start: " + daemon.error().text()};
  }
  auto broken = ledger.broken_promises(**daemon);
  for (const std::string& location : (*daemon)->data().missing()) {
    broken.push_back("the file of a content is missing: " + location);
  }
  for (const std::string& left : leftovers(**daemon)) {
    broken.push_back("the start left " + left);
  }
  const Push next = make_push("next", {{{"id", {std::int64_t{4711}}}}});
  const auto receipt = (*daemon)->push(next);
  if (!receipt) {
    broken.push_back("the next push fails: " + receipt.error().text());
  } else if (const std::string wrong = (*daemon)->wrong_with(receipt->content); !wrong.empty()) {
    broken.push_back("the next push " + wrong);
  }
  return broken;
}

std::vector<std::string> broken_after_power_cut(const CrashingDisk& disk, const Ledger& ledger, Unsynced unsynced,
                                                std::uint64_t seed) {
  constexpr const char* kLeft[] = {"lost", "kept", "kept by chance"};
  std::vector<std::string> all;
  const auto found = disk.after_power_cut(unsynced, seed);
  for (const std::string& broken : broken_after_start(*found, ledger)) {
    all.push_back(std::string{"unsynced writes "} + kLeft[static_cast<int>(unsynced)] + ": " + broken);
  }
  return all;
}

}  // namespace rowprint::test
