#pragma once

#include "tests/support/random.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rowprint::test {

/// The bytes of a file on a CrashingDisk: as read now, as durable, and the changes between the two. Thread safety:
/// none.
class CrashingContent {
 public:
  CrashingContent() = default;
  explicit CrashingContent(std::vector<std::uint8_t> bytes) : live_(bytes), durable_(std::move(bytes)) {}

  const std::vector<std::uint8_t>& live() const { return live_; }
  void write(std::uint64_t offset, std::vector<std::uint8_t> bytes);
  void truncate(std::uint64_t size);
  void sync();
  void lose_unsynced() { changes_.clear(); }

  const std::vector<std::uint8_t>& durable() const { return durable_; }
  /// The durable bytes with any of the changes since, torn between sectors.
  std::vector<std::uint8_t> durable_and_some(Random& random) const;

 private:
  /// Bytes at an offset, or a new size.
  struct Change {
    std::uint64_t offset = 0;
    std::vector<std::uint8_t> bytes;
    bool is_truncation = false;
  };
  static void apply(std::vector<std::uint8_t>& content, const Change& change);

  std::vector<std::uint8_t> live_;
  std::vector<std::uint8_t> durable_;
  std::vector<Change> changes_;
};

/// A file as its folder holds it, and the locks on it: ranges by the open file that has them.
struct CrashingInode {
  struct Lock {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    const void* holder = nullptr;
  };
  CrashingContent content;
  std::vector<Lock> locks;
};

/// The names of a folder: as seen now, as durable, and the changes between the two. Thread safety: none.
class CrashingFolder {
 public:
  using Names = std::map<std::string, std::shared_ptr<CrashingInode>>;
  /// What one operation does to names, all or nothing: nullptr takes the name away.
  using Change = std::vector<std::pair<std::string, std::shared_ptr<CrashingInode>>>;

  CrashingFolder() = default;
  explicit CrashingFolder(Names names) : live_(names), durable_(std::move(names)) {}

  const Names& live() const { return live_; }
  void change(Change change);
  void sync();

  const Names& durable() const { return durable_; }
  Names durable_and_some(Random& random) const;

 private:
  static void apply(Names& names, const Change& change);

  Names live_;
  Names durable_;
  std::vector<Change> changes_;
};

}  // namespace rowprint::test
