#include "ingest/tee.hpp"

#include "ingest/disk/spill.hpp"
#include "ingest/frontier_state.hpp"

#include <utility>

namespace rowprint {

RowHash::RowHash(const Schema& declared, std::optional<hashing::MultisetHash> multiset)
    : inference_(declared), multiset_(std::move(multiset)) {}

RowHash::RowHash(SchemaInference inference, hashing::SequenceHash sequence,
                 std::optional<hashing::MultisetHash> multiset)
    : inference_(std::move(inference)), sequence_(std::move(sequence)), multiset_(std::move(multiset)) {}

Result<void> RowHash::add(const Batch& batch) {
  if (auto observed = inference_.observe(batch); !observed) {
    return observed;
  }
  const EncodedRows& rows = batch.encoded();
  sequence_.add_rows(rows.bytes.view(), rows.ends);
  if (multiset_) {
    if (const std::error_code error = multiset_->add_rows(rows.bytes.view(), rows.ends)) {
      return fail(spill_error(error));
    }
  }
  return {};
}

Result<RowHash::Summary> RowHash::summary() {
  Summary summary;
  summary.schema = inference_.schema();
  const hashing::Digest schema = summary.schema.digest();
  summary.sequence = sequence_.digest(schema);
  summary.rows = sequence_.rows();
  if (multiset_) {
    const auto multiset = multiset_->digest(schema);
    if (multiset.error) {
      return fail(spill_error(multiset.error));
    }
    summary.multiset = multiset.fingerprint;
  }
  summary.hash_state = export_frontier(sequence_.complete_chunks());
  summary.inference_state = inference_.export_state();
  return summary;
}

Tee::Tee(std::unique_ptr<StoreTransaction> inner, RowHash hash) : inner_(std::move(inner)), hash_(std::move(hash)) {}

awaitable<Result<void>> Tee::insert(const Batch& batch) {
  auto inserted = co_await inner_->insert(batch);
  if (!inserted) {
    co_return inserted;
  }
  co_return hash_.add(batch);
}

awaitable<Result<StoredContent>> Tee::seal(const hashing::Fingerprint& name, const Schema& schema) {
  auto sealed = co_await inner_->seal(name, schema);
  co_return sealed;
}

void Tee::discard() noexcept {
  inner_->discard();
}

}  // namespace rowprint
