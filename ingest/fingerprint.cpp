#include "ingest/fingerprint.hpp"

#include "ingest/disk/spill.hpp"

namespace rowprint {

RowHash make_row_hash(Order order, const Schema& declared, SortSpace space) {
  std::optional<hashing::MultisetHash> multiset;
  if (order == Order::set) {
    multiset.emplace(space.sort_bytes, make_spill(space.disk, std::move(space.spill_path)));
  }
  return RowHash{declared, std::move(multiset)};
}

awaitable<Result<void>> hash_rows(Source& source, RowHash& hash, std::size_t row_bytes_max,
                                  std::shared_ptr<Progress> progress) {
  for (;;) {
    auto next = co_await source.next();
    if (!next) {
      co_return fail(std::move(next.error()));
    }
    if (!*next) {
      co_return Result<void>{};
    }
    Batch& batch = **next;
    if (auto encoded = batch.encode(row_bytes_max); !encoded) {
      co_return fail(std::move(encoded.error()));
    }
    if (auto added = hash.add(batch); !added) {
      co_return fail(std::move(added.error()));
    }
    if (progress) {
      progress->rows += batch.rows();
      progress->bytes = source.bytes_received();
      if (progress->cancel) {
        co_return fail(ErrorCode::cancelled, "cancelled by its owner");
      }
    }
  }
}

awaitable<Result<RowHash::Summary>> fingerprint(Source& source, RowHash hash, std::size_t row_bytes_max,
                                                std::shared_ptr<Progress> progress) {
  auto hashed = co_await hash_rows(source, hash, row_bytes_max, std::move(progress));
  if (!hashed) {
    co_return fail(std::move(hashed.error()));
  }
  co_return hash.summary();
}

}  // namespace rowprint
