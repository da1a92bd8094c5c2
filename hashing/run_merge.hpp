#pragma once

#include "hashing/digest.hpp"
#include "hashing/spill_file.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

namespace rowprint::hashing {

/// Digests in ascending order that stand in a spill file one after the other.
struct SortedRun {
  std::uint64_t offset = 0;
  std::uint64_t rows = 0;
};

/// Reads sorted runs as one, in ascending order, repeats kept.
///
/// A window of every run is in memory. No digest that is still unread is below the least of the windows' last digests,
/// so all up to that one are sorted together and given out: digests are spread evenly, which makes that a few passes
/// where a heap would take a comparison for each doubling of the runs.
///
/// Lifecycle: construct, then next_block() until it is empty. Ownership: borrows the file, the memory run and `room`.
/// Thread safety: none. Memory: `room`, half of it for windows, half for the block given out; 64 bytes a run; and what
/// sort_digests() takes. Errors: those of the spill file, by error(); the stream ends there.
class RunMerge {
 public:
  /// `in_memory` is one more run, already sorted. `room` holds at least two digests for every run, that one included.
  RunMerge(SpillFile* file, std::span<const SortedRun> runs, std::span<const Digest> in_memory, std::span<Digest> room);

  /// Valid until the next call.
  std::span<const Digest> next_block();
  std::error_code error() const { return error_; }

 private:
  struct Cursor {
    SortedRun unread;                ///< in the file
    std::span<const Digest> beyond;  ///< unread, of a run in memory
    std::span<Digest> buffer;        ///< where the window of a run in the file is kept
    std::span<const Digest> window;

    bool has_unread() const { return unread.rows != 0 || !beyond.empty(); }
  };

  void advance(Cursor& cursor);
  std::optional<Digest> cut() const;

  SpillFile* file_;
  std::size_t window_rows_;
  std::vector<Cursor> cursors_;
  std::span<Digest> block_;
  std::error_code error_;
};

}  // namespace rowprint::hashing
