#include "ingest/tee.hpp"

#include "hashing/canonical.hpp"
#include "ingest/disk/spill.hpp"

#include <utility>

namespace rowprint {
namespace {

/// A CBOR list: leaves, then the subtree roots. Private to rowprint.
std::string export_frontier(const hashing::MerkleFrontier& frontier) {
  hashing::ByteBuffer out;
  hashing::put_list(out, frontier.subtrees().size() + 1);
  hashing::put_uint(out, frontier.leaves());
  for (const hashing::Digest& root : frontier.subtrees()) {
    hashing::put_bytes(out, root);
  }
  return std::string{hashing::as_text(out.view())};
}

}  // namespace

RowHash::RowHash(const Schema& declared, std::optional<hashing::MultisetHash> multiset)
    : inference_(declared), multiset_(std::move(multiset)) {}

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
