#pragma once

#include "hashing/digest_sorter.hpp"
#include "hashing/fingerprint.hpp"
#include "hashing/spill_file.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <system_error>

namespace rowprint::hashing {

/// The order-free fingerprint `rp1m`: row digests in 4096 buckets, sorted within each (docs/formats/fingerprint.md,
/// section "Multiset").
///
/// Lifecycle: add rows in any order, merge() others, then digest(). Move-only, since it owns its spill file.
/// Thread safety: none. Memory and spill file: those of a DigestSorter. Errors: those of the spill file; after one,
/// every call gives it again.
class MultisetHash {
 public:
  static constexpr std::size_t kBuckets = 4096;
  static constexpr std::size_t kMemoryBytesMin = DigestSorter::kMemoryBytesMin;

  /// All in memory: for small sets, and for those who have the room.
  MultisetHash();
  /// `memory_bytes_max` is at least kMemoryBytesMin (smaller is taken as that). Without `spill` it is as the other one.
  MultisetHash(std::size_t memory_bytes_max, std::unique_ptr<SpillFile> spill);
  MultisetHash(MultisetHash&&) noexcept;
  MultisetHash& operator=(MultisetHash&&) noexcept;
  ~MultisetHash();

  [[nodiscard]] std::error_code add_row(ByteView row);
  /// Rows that stand one after the other: row i ends at `ends[i]`, an offset into `rows`.
  [[nodiscard]] std::error_code add_rows(ByteView rows, std::span<const std::uint32_t> ends);
  /// Rows whose digests are known, by those. Hashes nothing.
  [[nodiscard]] std::error_code add_digests(std::span<const Digest> rows);
  /// Takes `other`'s rows, those that it spilled too. Cost: reads its spill file, hashes nothing.
  [[nodiscard]] std::error_code merge(MultisetHash&& other);

  std::uint64_t rows() const;
  /// Cost: sorts what is in memory and reads every spilled run once. Adding may go on afterwards.
  struct Result {
    std::error_code error;
    Fingerprint fingerprint;
  };
  [[nodiscard]] Result digest(const Digest& schema);
  /// The row digests so far, ascending, repeats kept: what two sets are compared by. Ends at an error, which error()
  /// then gives. Borrows this set.
  DigestSorter::Ascending ascending();
  std::error_code error() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// SHA-256(02 || row): what a database computes with its own sha256 to find a row.
Digest row_digest(ByteView row);

}  // namespace rowprint::hashing
