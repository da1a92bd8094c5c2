#pragma once

#include "hashing/merkle_frontier.hpp"
#include "ingest/model/error.hpp"

#include <string>
#include <string_view>

namespace rowprint {

/// The complete chunks of a sequence, as Content::hash_state keeps them: a CBOR list of their number and then the roots
/// of their subtrees. Private to rowprint.
std::string export_frontier(const hashing::MerkleFrontier& frontier);
/// Errors: corrupt for anything that export_frontier() would not have given.
Result<hashing::MerkleFrontier> import_frontier(std::string_view state);

}  // namespace rowprint
