#pragma once

#include "ingest/progress.hpp"
#include "ingest/source.hpp"
#include "ingest/tee.hpp"

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>

namespace rowprint::cli {

/// Called with each batch, encoded, once it is hashed, on the thread that hashes. An error ends the reading.
using BatchTaken = std::function<Result<void>(const Batch&)>;

/// Reads a source to its end and hashes every row, on two threads of `workers`, which outlive the source: one reads,
/// parses and encodes, the other hashes.
///
/// The same as fingerprint() of ingest/fingerprint.hpp, but for a program that has nothing else to do meanwhile.
/// Blocks. Memory: at most 4 MiB of batches between the two, and for a set 64 MiB of row digests, beyond which they are
/// sorted on temporary_disk(). Errors: those of the source and of `taken`; limit_exceeded for a row longer than
/// `row_bytes_max`; io and no_space when row digests cannot be sorted on disk.
Result<RowHash::Summary> hash_in_pipeline(boost::asio::thread_pool& workers, Source& source, Order order,
                                          std::size_t row_bytes_max, const std::shared_ptr<Progress>& progress,
                                          const BatchTaken& taken = {});

}  // namespace rowprint::cli
