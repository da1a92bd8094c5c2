#pragma once

#include "hashing/bytes.hpp"
#include "hashing/digest.hpp"
#include "hashing/run_merge.hpp"
#include "hashing/spill_file.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

namespace rowprint::hashing {

/// Digests go in as they come and come out in ascending order, repeats kept; sorted runs spill beyond a memory budget.
///
/// Lifecycle: add(), take() others, then ascending(); adding may go on once that stream is gone. Move-only, since it
/// owns its spill file; not moved while a stream reads from it. Thread safety: none. Memory: at most
/// `memory_bytes_max`, what ascending() takes included; without a spill file it grows, 32 bytes a digest. The spill
/// file grows to 32 bytes a digest, and by as much again each time that runs have to be merged into longer ones: from
/// 60 runs on, 27 million digests under 16 MiB. Errors: those of the spill file; after one, every call gives it again.
class DigestSorter {
 public:
  static constexpr std::size_t kMemoryBytesMin = 1U << 20U;

  /// All in memory.
  DigestSorter() = default;
  /// `memory_bytes_max` is at least kMemoryBytesMin (smaller is taken as that). Without `spill` it is as the other one.
  DigestSorter(std::size_t memory_bytes_max, std::unique_ptr<SpillFile> spill);

  [[nodiscard]] std::error_code add(std::span<const Digest> more);
  /// Takes `other`'s digests, those that it spilled too. Cost: reads its spill file.
  [[nodiscard]] std::error_code take(DigestSorter& other);

  std::uint64_t rows() const { return rows_; }
  std::error_code error() const { return error_; }

  /// All digests so far, block by block. Borrows its sorter.
  class Ascending {
   public:
    /// Empty at the end and at an error, which is then the sorter's. Valid until the next call.
    std::span<const Digest> next_block();

   private:
    friend class DigestSorter;
    explicit Ascending(DigestSorter& sorter) : sorter_(&sorter) {}

    DigestSorter* sorter_;
    ByteBuffer room_;
    std::optional<RunMerge> merge_;
    std::span<const Digest> in_memory_;
  };
  /// Cost: sorts what is in memory; the stream reads every spilled run once.
  Ascending ascending();

 private:
  std::span<Digest> digests() {
    return {reinterpret_cast<Digest*>(buffered_.data()), buffered_.size() / sizeof(Digest)};
  }
  void spill_buffer();
  void merge_short_runs();

  ByteBuffer buffered_;
  std::size_t buffered_rows_max_ = std::numeric_limits<std::size_t>::max();
  std::size_t merging_rows_ = 0;
  std::size_t runs_max_ = 0;
  std::unique_ptr<SpillFile> spill_;
  std::uint64_t spilled_bytes_ = 0;
  std::vector<SortedRun> runs_;
  std::uint64_t rows_ = 0;
  std::error_code error_;
};

}  // namespace rowprint::hashing
