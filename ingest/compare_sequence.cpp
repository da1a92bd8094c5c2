#include "ingest/compare_sequence.hpp"

#include <limits>

namespace rowprint {
namespace {

bool equal_rows(const Batch& left, std::size_t left_index, const Batch& right, std::size_t right_index) {
  return hashing::as_text(encoded_row(left, left_index)) == hashing::as_text(encoded_row(right, right_index));
}

}  // namespace

SequenceWalk::SequenceWalk(Source& source, Source& stored, std::size_t row_bytes_max, DifferenceReport& report)
    : source_(source), stored_source_(stored), row_bytes_max_(row_bytes_max), report_(report) {}

awaitable<Result<std::optional<Batch>>> SequenceWalk::next() {
  auto next = co_await source_.next();
  if (!next) {
    co_return next;
  }
  if (!*next) {
    auto walked = co_await walk_rest();
    if (!walked) {
      co_return fail(std::move(walked.error()));
    }
    co_return next;
  }
  Batch& batch = **next;
  if (auto encoded = batch.encode(row_bytes_max_); !encoded) {
    co_return fail(std::move(encoded.error()));
  }
  auto walked = co_await walk(batch);
  if (!walked) {
    co_return fail(std::move(walked.error()));
  }
  co_return next;
}

awaitable<Result<bool>> SequenceWalk::has_stored() {
  if (stored_ && stored_index_ < stored_->rows()) {
    co_return true;
  }
  if (stored_ended_) {
    co_return false;
  }
  auto next = co_await stored_source_.next();
  if (!next) {
    co_return fail(std::move(next.error()));
  }
  stored_ = std::move(*next);
  stored_index_ = 0;
  stored_ended_ = !stored_;
  if (stored_ended_) {
    co_return false;
  }
  if (auto encoded = stored_->encode(std::numeric_limits<std::size_t>::max()); !encoded) {
    co_return fail(std::move(encoded.error()));
  }
  co_return true;
}

awaitable<Result<void>> SequenceWalk::walk(const Batch& batch) {
  std::size_t index = 0;
  while (index < batch.rows()) {
    auto stored = co_await has_stored();
    if (!stored) {
      co_return fail(std::move(stored.error()));
    }
    if (!*stored) {
      for (; index < batch.rows(); ++index) {
        report_.add_unpaired(Difference::Kind::only_source, batch, index);
      }
      break;
    }
    for (; index < batch.rows() && stored_index_ < stored_->rows(); ++index, ++stored_index_) {
      if (!equal_rows(batch, index, *stored_, stored_index_)) {
        report_.add_changed(batch.first_row() + index, batch, index, *stored_, stored_index_);
      }
    }
  }
  co_return Result<void>{};
}

awaitable<Result<void>> SequenceWalk::walk_rest() {
  for (;;) {
    auto stored = co_await has_stored();
    if (!stored) {
      co_return fail(std::move(stored.error()));
    }
    if (!*stored) {
      co_return Result<void>{};
    }
    for (; stored_index_ < stored_->rows(); ++stored_index_) {
      report_.add_unpaired(Difference::Kind::only_stored, *stored_, stored_index_);
    }
  }
}

}  // namespace rowprint
