#include "tests/support/crashing_medium.hpp"

#include <algorithm>

namespace rowprint::test {
namespace {

constexpr std::size_t kSectorBytes = 512;

}  // namespace

void CrashingContent::apply(std::vector<std::uint8_t>& content, const Change& change) {
  if (change.is_truncation) {
    content.resize(change.offset);
    return;
  }
  if (const std::size_t end = change.offset + change.bytes.size(); end > content.size()) {
    content.resize(end);
  }
  std::copy(change.bytes.begin(), change.bytes.end(), content.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

void CrashingContent::write(std::uint64_t offset, std::vector<std::uint8_t> bytes) {
  changes_.push_back({offset, std::move(bytes), false});
  apply(live_, changes_.back());
}

void CrashingContent::truncate(std::uint64_t size) {
  changes_.push_back({size, {}, true});
  apply(live_, changes_.back());
}

void CrashingContent::sync() {
  for (const Change& change : changes_) {
    apply(durable_, change);
  }
  changes_.clear();
}

std::vector<std::uint8_t> CrashingContent::durable_and_some(Random& random) const {
  std::vector<std::uint8_t> content = durable_;
  const unsigned kept_percent = random.pick<unsigned>({10, 50, 90});
  for (const Change& change : changes_) {
    if (change.is_truncation) {
      if (random.chance(kept_percent)) {
        apply(content, change);
      }
      continue;
    }
    // A disk writes sectors, each whole or not at all.
    std::size_t begin = 0;
    while (begin < change.bytes.size()) {
      const std::size_t into_sector = (change.offset + begin) % kSectorBytes;
      const std::size_t end = std::min(change.bytes.size(), begin + kSectorBytes - into_sector);
      if (random.chance(kept_percent)) {
        const auto first = change.bytes.begin();
        apply(content, {change.offset + begin,
                        {first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(end)},
                        false});
      }
      begin = end;
    }
  }
  return content;
}

void CrashingFolder::apply(Names& names, const Change& change) {
  for (const auto& [name, inode] : change) {
    if (inode) {
      names[name] = inode;
    } else {
      names.erase(name);
    }
  }
}

void CrashingFolder::change(Change change) {
  apply(live_, change);
  changes_.push_back(std::move(change));
}

void CrashingFolder::sync() {
  durable_ = live_;
  changes_.clear();
}

CrashingFolder::Names CrashingFolder::durable_and_some(Random& random) const {
  Names names = durable_;
  for (const Change& change : changes_) {
    if (random.chance(50)) {
      apply(names, change);
    }
  }
  return names;
}

}  // namespace rowprint::test
