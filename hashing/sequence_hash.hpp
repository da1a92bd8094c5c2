#pragma once

#include "hashing/fingerprint.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rowprint::hashing {

/// The roots of the complete subtrees over the leaves so far, largest first: O(log n) digests (RFC 6962 section 2.1).
///
/// A regular value. Node: SHA-256(01 || left || right); the empty root is SHA-256("").
class MerkleFrontier {
 public:
  void add(const Digest& leaf);
  /// Appends `next`'s leaves. False, and nothing changed, unless the count of leaves here is a multiple of the size of
  /// `next`'s largest subtree: otherwise its subtrees are not subtrees of the whole.
  [[nodiscard]] bool append(const MerkleFrontier& next);
  Digest root() const;
  std::uint64_t leaves() const { return leaves_; }

  std::span<const Digest> subtrees() const { return subtrees_; }
  /// Nothing unless `subtrees` has one digest for every 1 bit of `leaves`.
  static std::optional<MerkleFrontier> from(std::uint64_t leaves, std::vector<Digest> subtrees);
  bool operator==(const MerkleFrontier&) const = default;

 private:
  std::uint64_t leaves_ = 0;
  std::vector<Digest> subtrees_;
};

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
  /// Appends `next`'s rows. False, and nothing changed, unless this stands at a chunk boundary and MerkleFrontier::append
  /// takes `next`'s chunks.
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
