#include "hashing/merkle_frontier.hpp"

#include <bit>

namespace rowprint::hashing {

Digest node_digest(const Digest& left, const Digest& right) {
  // One context a thread: making one costs several times the digest itself.
  thread_local Sha256 hash;
  std::array<std::uint8_t, 1 + 2 * std::tuple_size_v<Digest>> node;
  node[0] = 1;
  std::copy(left.begin(), left.end(), node.begin() + 1);
  std::copy(right.begin(), right.end(), node.begin() + 1 + left.size());
  hash.update(node);
  return hash.finish();
}

namespace {

// `leaves` counts complete subtrees of the size of the one that comes: every trailing 1 bit is a left sibling waiting.
void carry(std::vector<Digest>& subtrees, std::uint64_t leaves, Digest subtree) {
  for (; (leaves & 1U) != 0; leaves >>= 1U) {
    subtree = node_digest(subtrees.back(), subtree);
    subtrees.pop_back();
  }
  subtrees.push_back(subtree);
}

}  // namespace

void MerkleFrontier::add(const Digest& leaf) {
  carry(subtrees_, leaves_, leaf);
  ++leaves_;
}

bool MerkleFrontier::append(const MerkleFrontier& next) {
  if (next.leaves_ == 0) {
    return true;
  }
  if (leaves_ % std::bit_floor(next.leaves_) != 0) {
    return false;
  }
  const std::vector<Digest> incoming = next.subtrees_;
  std::uint64_t left = next.leaves_;
  for (const Digest& subtree : incoming) {
    const std::uint64_t size = std::bit_floor(left);
    carry(subtrees_, leaves_ / size, subtree);
    leaves_ += size;
    left -= size;
  }
  return true;
}

Digest MerkleFrontier::root() const {
  if (subtrees_.empty()) {
    return Sha256::of({});
  }
  Digest root = subtrees_.back();
  for (auto left = subtrees_.rbegin() + 1; left != subtrees_.rend(); ++left) {
    root = node_digest(*left, root);
  }
  return root;
}

std::optional<MerkleFrontier> MerkleFrontier::from(std::uint64_t leaves, std::vector<Digest> subtrees) {
  if (static_cast<std::size_t>(std::popcount(leaves)) != subtrees.size()) {
    return std::nullopt;
  }
  MerkleFrontier frontier;
  frontier.leaves_ = leaves;
  frontier.subtrees_ = std::move(subtrees);
  return frontier;
}

}  // namespace rowprint::hashing
