#pragma once

#include "ingest/disk/disk.hpp"
#include "ingest/progress.hpp"
#include "ingest/source.hpp"
#include "ingest/tee.hpp"

#include <memory>
#include <optional>
#include <string>

namespace rowprint {

/// Where row digests are sorted, and spilled to once they outgrow memory.
struct SortSpace {
  Disk& disk;
  std::string spill_path;  ///< used by one ingest only; created when needed, removed with the hash
  std::size_t sort_bytes;
};

/// The hash that an ingest of that order needs.
RowHash make_row_hash(Order order, const Schema& declared, SortSpace space);

/// Reads a source to its end and hashes every row; nothing is stored. `progress` may be empty.
/// Blocks as far as the source does. Errors: those of the source; limit_exceeded for a row longer than `row_bytes_max`;
/// cancelled.
awaitable<Result<void>> hash_rows(Source& source, RowHash& hash, std::size_t row_bytes_max,
                                  std::shared_ptr<Progress> progress);
/// The same, and what the hash then says.
awaitable<Result<RowHash::Summary>> fingerprint(Source& source, RowHash hash, std::size_t row_bytes_max,
                                                std::shared_ptr<Progress> progress);

}  // namespace rowprint
