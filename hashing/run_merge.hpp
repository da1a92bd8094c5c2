#pragma once

#include "hashing/digest.hpp"
#include "hashing/spill_file.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace rowprint::hashing {

/// Digests in ascending order that stand in a spill file one after the other.
struct SortedRun {
  std::uint64_t offset = 0;
  std::uint64_t rows = 0;
};

/// Reads sorted runs as one, in ascending order, repeats kept (a tournament tree of losers: Knuth, volume 3, 5.4.1).
///
/// Lifecycle: construct, then next_block() until it is empty. Ownership: borrows the file, the memory run and `room`.
/// Thread safety: none. Memory: `room`, which is shared out among the runs and a block of output, and 64 bytes a run.
/// Errors: those of the spill file, by error(); the stream ends there.
class RunMerge {
 public:
  /// `in_memory` is one more run, already sorted. `room` holds at least kBytesMin for every run and one more.
  RunMerge(SpillFile* file, std::span<const SortedRun> runs, std::span<const Digest> in_memory, std::span<Digest> room);

  static constexpr std::size_t kBytesMin = sizeof(Digest);

  /// Valid until the next call.
  std::span<const Digest> next_block();
  std::error_code error() const { return error_; }

 private:
  struct Cursor {
    const Digest* at = nullptr;
    const Digest* end = nullptr;
    SortedRun unread;
    std::span<Digest> buffer;
  };
  struct Contender {
    std::uint64_t word = 0;
    std::uint32_t cursor = 0;
    bool exhausted = false;
  };

  void refill(Cursor& cursor);
  Contender contender(std::uint32_t cursor) const;
  bool wins(const Contender& left, const Contender& right) const;
  void start_tournament();
  void replay();

  SpillFile* file_;
  std::vector<Cursor> cursors_;
  std::vector<Contender> losers_;
  Contender winner_;
  std::span<Digest> block_;
  std::error_code error_;
};

}  // namespace rowprint::hashing
