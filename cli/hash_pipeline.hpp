#pragma once

#include "ingest/progress.hpp"
#include "ingest/source.hpp"
#include "ingest/tee.hpp"

#include <memory>

namespace rowprint::cli {

/// Reads a source to its end and hashes every row, on two threads: one reads, parses and encodes, the other hashes.
///
/// The same as fingerprint() of ingest/fingerprint.hpp, but for a program that has nothing else to do meanwhile.
/// Blocks. Memory: at most 4 MiB of batches between the two. Errors: those of the source; limit_exceeded for a row
/// longer than `row_bytes_max`; io and no_space when row digests cannot be sorted on disk.
Result<RowHash::Summary> hash_in_pipeline(Source& source, RowHash hash, std::size_t row_bytes_max,
                                          const std::shared_ptr<Progress>& progress);

}  // namespace rowprint::cli
