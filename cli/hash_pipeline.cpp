#include "cli/hash_pipeline.hpp"

#include "cli/temporary_disk.hpp"
#include "ingest/fingerprint.hpp"
#include "ingest/ingestor.hpp"
#include "ingest/queue.hpp"
#include "ingest/wait.hpp"

namespace rowprint::cli {
namespace {

constexpr std::size_t kQueueBytesMax = 4U << 20U;
constexpr std::size_t kSortBytes = 64U << 20U;

/// Ends by closing the queue or by failing it: whoever hashes learns of errors from there.
awaitable<void> read_rows(Source& source, std::size_t row_bytes_max, BatchQueue& queue,
                          std::shared_ptr<Progress> progress) {
  while (true) {
    auto next = co_await source.next();
    if (!next) {
      queue.fail(std::move(next.error()));
      co_return;
    }
    if (!*next) {
      queue.close();
      co_return;
    }
    if (auto encoded = (*next)->encode(row_bytes_max); !encoded) {
      queue.fail(std::move(encoded.error()));
      co_return;
    }
    progress->bytes.store(source.bytes_received(), std::memory_order_relaxed);
    auto pushed = co_await queue.push(std::move(**next));
    if (!pushed) {
      co_return;
    }
  }
}

awaitable<Result<RowHash::Summary>> hash_rows(BatchQueue& queue, RowHash hash, std::shared_ptr<Progress> progress,
                                              const BatchTaken& taken) {
  while (true) {
    auto next = co_await queue.pop();
    if (!next) {
      co_return fail(std::move(next.error()));
    }
    if (!*next) {
      co_return hash.summary();
    }
    auto added = hash.add(**next);
    if (added && taken) {
      added = taken(**next);
    }
    if (!added) {
      queue.fail(added.error());
      co_return fail(std::move(added.error()));
    }
    progress->rows.fetch_add((*next)->rows(), std::memory_order_relaxed);
  }
}

}  // namespace

Result<RowHash::Summary> hash_in_pipeline(boost::asio::thread_pool& workers, Source& source, Order order,
                                          std::size_t row_bytes_max, const std::shared_ptr<Progress>& progress,
                                          const BatchTaken& taken) {
  const SortSpace space{temporary_disk(), temporary_folder() + "/rowprint-" + new_ingest_id(), kSortBytes};
  RowHash hash = make_row_hash(order, source.declared(), space);
  BatchQueue queue{kQueueBytesMax};
  auto reading =
      boost::asio::co_spawn(workers, read_rows(source, row_bytes_max, queue, progress), boost::asio::use_future);
  auto summary = wait(workers, hash_rows(queue, std::move(hash), progress, taken));
  reading.get();
  return summary;
}

}  // namespace rowprint::cli
