#include "ingest/frontier_state.hpp"

#include "hashing/canonical.hpp"
#include "hashing/canonical_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace rowprint {

std::string export_frontier(const hashing::MerkleFrontier& frontier) {
  hashing::ByteBuffer out;
  hashing::put_list(out, frontier.subtrees().size() + 1);
  hashing::put_uint(out, frontier.leaves());
  for (const hashing::Digest& root : frontier.subtrees()) {
    hashing::put_bytes(out, root);
  }
  return std::string{hashing::as_text(out.view())};
}

Result<hashing::MerkleFrontier> import_frontier(std::string_view state) {
  const auto corrupt = [] { return fail(ErrorCode::corrupt, "the state of a sequence that is none"); };
  hashing::CanonicalReader reader{hashing::as_bytes(state)};
  const auto list = reader.read();
  const auto leaves = reader.read();
  if (!list || list->kind != hashing::Item::Kind::list || !leaves || leaves->kind != hashing::Item::Kind::integer ||
      leaves->integer < 0) {
    return corrupt();
  }
  std::vector<hashing::Digest> subtrees;
  while (!reader.at_end()) {
    const auto root = reader.read();
    if (!root || root->kind != hashing::Item::Kind::bytes || root->bytes.size() != sizeof(hashing::Digest)) {
      return corrupt();
    }
    std::copy(root->bytes.begin(), root->bytes.end(), subtrees.emplace_back().begin());
  }
  if (list->count != subtrees.size() + 1) {
    return corrupt();
  }
  auto frontier = hashing::MerkleFrontier::from(static_cast<std::uint64_t>(leaves->integer), std::move(subtrees));
  return frontier ? Result<hashing::MerkleFrontier>{std::move(*frontier)} : corrupt();
}

}  // namespace rowprint
