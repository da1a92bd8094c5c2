#include "ingest/resume.hpp"

#include "ingest/difference_report.hpp"
#include "ingest/disk/spill.hpp"
#include "ingest/frontier_state.hpp"

#include <limits>
#include <memory>
#include <optional>
#include <utility>

namespace rowprint {
namespace {

Result<void> add_kept(RowDigests& kept, hashing::MultisetHash& set) {
  for (;;) {
    auto block = kept.next_block();
    if (!block) {
      return fail(std::move(block.error()));
    }
    if (block->empty()) {
      return {};
    }
    if (const std::error_code error = set.add_digests(*block)) {
      return fail(spill_error(error));
    }
  }
}

/// The rows of the content from `first` on into the sequence, and all of them into the set, if there is one.
awaitable<Result<void>> hash_again(Source& rows, std::uint64_t first, hashing::SequenceHash& sequence,
                                   hashing::MultisetHash* set) {
  std::uint64_t row = 0;
  for (;;) {
    auto next = co_await rows.next();
    if (!next) {
      co_return fail(std::move(next.error()));
    }
    if (!*next) {
      co_return Result<void>{};
    }
    Batch& batch = **next;
    if (set == nullptr && row + batch.rows() <= first) {
      row += batch.rows();
      continue;
    }
    if (auto encoded = batch.encode(std::numeric_limits<std::size_t>::max()); !encoded) {
      co_return encoded;
    }
    for (std::size_t index = 0; index < batch.rows(); ++index, ++row) {
      if (row >= first) {
        sequence.add_row(encoded_row(batch, index));
      }
    }
    const EncodedRows& encoded = batch.encoded();
    if (set != nullptr) {
      if (const std::error_code error = set->add_rows(encoded.bytes.view(), encoded.ends)) {
        co_return fail(spill_error(error));
      }
    }
  }
}

Result<void> check_identity(RowHash& hash, const Content& content) {
  auto summary = hash.summary();
  if (!summary) {
    return fail(std::move(summary.error()));
  }
  if (summary->sequence != content.sequence || summary->multiset != content.multiset) {
    return fail(ErrorCode::corrupt,
                "what is kept of content " + content.sequence.text() + " gives " +
                    (summary->sequence != content.sequence ? summary->sequence : *summary->multiset).text());
  }
  return {};
}

}  // namespace

awaitable<Result<RowHash>> resume_hash(Store& store, Catalog& catalog, Content content, SortSpace space) {
  auto frontier = import_frontier(content.hash_state);
  if (!frontier) {
    co_return fail(std::move(frontier.error()));
  }
  auto inference = SchemaInference::import_state(content.inference_state);
  if (!inference) {
    co_return fail(std::move(inference.error()));
  }
  std::optional<hashing::MultisetHash> set;
  bool set_is_known = true;
  if (content.multiset) {
    set.emplace(space.sort_bytes, make_spill(space.disk, std::move(space.spill_path)));
    auto kept = co_await catalog.read_digests(content);
    if (!kept) {
      co_return fail(std::move(kept.error()));
    }
    set_is_known = *kept != nullptr;
    if (set_is_known) {
      if (auto added = add_kept(**kept, *set); !added) {
        co_return fail(std::move(added.error()));
      }
    }
  }
  hashing::SequenceHash sequence = hashing::SequenceHash::resume(std::move(*frontier));
  if (sequence.rows() < content.rows || !set_is_known) {
    auto rows = co_await store.read(content);
    if (!rows) {
      co_return fail(std::move(rows.error()));
    }
    const std::uint64_t complete = sequence.rows();
    auto hashed = co_await hash_again(**rows, complete, sequence, set_is_known ? nullptr : &*set);
    if (!hashed) {
      co_return fail(std::move(hashed.error()));
    }
  }
  RowHash hash{std::move(*inference), std::move(sequence), std::move(set)};
  if (auto same = check_identity(hash, content); !same) {
    co_return fail(std::move(same.error()));
  }
  co_return hash;
}

}  // namespace rowprint
