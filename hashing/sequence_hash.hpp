#pragma once

#include "hashing/fingerprint.hpp"
#include "hashing/merkle_frontier.hpp"

#include <cstdint>
#include <span>

namespace rowprint::hashing {

/// The order-sensitive fingerprint `rp1s`: SHA-256 over chunks of 4096 rows under an RFC 6962 tree
/// (docs/formats/fingerprint.md, section "Sequence").
///
/// Lifecycle: add rows, then digest() at any time; adding may go on. A copy goes on independently.
/// Thread safety: none. Memory: O(log rows).
class SequenceHash {
 public:
  static constexpr std::uint32_t kChunkRows = 4096;

  void add_row(ByteView row);
  /// Rows that stand one after the other: row i ends at `ends[i]`, an offset into `rows`.
  void add_rows(ByteView rows, std::span<const std::uint32_t> ends);
  /// Appends `next`'s rows. False, and nothing changed, unless this stands at a chunk boundary and
  /// MerkleFrontier::append takes `next`'s chunks.
  [[nodiscard]] bool merge(const SequenceHash& next);

  std::uint64_t rows() const { return frontier_.leaves() * kChunkRows + chunk_rows_; }
  bool at_chunk_boundary() const { return chunk_rows_ == 0; }
  Digest root() const;
  Fingerprint digest(const Digest& schema) const;

  /// Where a later SequenceHash may go on: the chunks that are complete. The rows past the last boundary are not in it.
  const MerkleFrontier& complete_chunks() const { return frontier_; }
  static SequenceHash resume(MerkleFrontier complete_chunks);

 private:
  void close_chunk();

  MerkleFrontier frontier_;
  Sha256 chunk_;
  std::uint32_t chunk_rows_ = 0;
};

}  // namespace rowprint::hashing
