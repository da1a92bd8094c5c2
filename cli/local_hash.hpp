#pragma once

#include "cli/fingerprint_cache.hpp"
#include "cli/input.hpp"
#include "cli/progress.hpp"

namespace rowprint::cli {

/// Whether a file's fingerprint may come from the cache, or what is remembered is not believed and written anew.
enum class CacheUse : std::uint8_t { look_up, refresh };

struct LocalHash {
  RowsIdentity identity;
  bool cached = false;  ///< known from the cache: nothing was parsed
};

/// The fingerprint of an input's rows, computed with the source and the hash that the daemon uses; nothing is sent
/// anywhere.
///
/// A concrete input is read from its beginning, and found in the cache or put there, unless `rows.cache` is off.
/// Anything else is read once, from where it stands. Blocks; uses threads of its own. Errors: those of the rows, with
/// their position; io when the input cannot be read, or row digests cannot be sorted on disk.
Result<LocalHash> hash_input(const Input& input, const RowOptions& rows, ProgressLine& line,
                             CacheUse use = CacheUse::look_up);

}  // namespace rowprint::cli
