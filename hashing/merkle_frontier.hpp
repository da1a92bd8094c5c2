#pragma once

#include "hashing/sha256.hpp"

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

/// SHA-256(01 || left || right).
Digest node_digest(const Digest& left, const Digest& right);

}  // namespace rowprint::hashing
