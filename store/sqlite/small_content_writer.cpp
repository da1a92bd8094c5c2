#include "store/sqlite/small_content_writer.hpp"

#include "store/sqlite/batch_limits.hpp"
#include "store/sqlite/content_format.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace rowprint::sqlite {
namespace {

BatchBuilder::Limits cells_limits() {
  BatchBuilder::Limits limits;
  limits.columns_max = kColumnsMax;
  return limits;
}

std::size_t cells_bytes(const Batch& batch) {
  std::size_t cells = 0;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    cells += batch.row(row).size();
  }
  return cells * sizeof(Cell);
}

}  // namespace

SmallContentWriter::SmallContentWriter(Store& inner, UnpublishedRows& unpublished, StoreTicket ticket,
                                       std::size_t small_bytes_max)
    : inner_(inner),
      unpublished_(unpublished),
      ticket_(std::move(ticket)),
      small_bytes_max_(small_bytes_max),
      cells_(cells_limits()) {}

Result<void> SmallContentWriter::check_open() const {
  return state_ == State::open ? Result<void>{}
                               : fail(ErrorCode::internal, ticket_.ingest + ": the transaction has ended");
}

awaitable<Result<void>> SmallContentWriter::insert(const Batch& batch) {
  Result<void> inserted = check_open();
  if (inserted) {
    inserted = co_await insert_rows(batch);
  }
  if (!inserted) {
    state_ = State::failed;
  }
  co_return inserted;
}

awaitable<Result<void>> SmallContentWriter::insert_rows(const Batch& batch) {
  if (!large_ && fits(batch)) {
    co_return hold(batch);
  }
  if (!large_) {
    auto outgrown = co_await outgrow();
    if (!outgrown) {
      co_return outgrown;
    }
  }
  auto inserted = co_await large_->insert(batch);
  co_return inserted;
}

bool SmallContentWriter::fits(const Batch& batch) const {
  return encoded_.size() + batch.encoded().bytes.size() <= small_bytes_max_ &&
         cells_bytes_ + cells_bytes(batch) <= ticket_.memory_bytes_max / 2;
}

Result<void> SmallContentWriter::hold(const Batch& batch) {
  if (batch.encoded().ends.size() != batch.rows()) {
    return fail(ErrorCode::internal, ticket_.ingest + ": the batch is not encoded");
  }
  if (auto few = check_columns(batch); !few) {
    return few;
  }
  for (std::size_t ordinal = cells_.columns().size(); ordinal < batch.columns().size(); ++ordinal) {
    if (auto added = cells_.column(batch.columns().name(ordinal)); !added) {
      return fail(std::move(added.error()));
    }
  }
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const std::span<const Cell> cells = batch.row(row);
    cells_.begin_row();
    for (std::size_t ordinal = 0; ordinal < cells.size(); ++ordinal) {
      if (!cells[ordinal].is_null()) {
        cells_.set(static_cast<std::uint32_t>(ordinal), keep(cells[ordinal]));
      }
    }
    cells_.end_row();
  }
  cells_bytes_ += cells_bytes(batch);
  encoded_ += hashing::as_text(batch.encoded().bytes.view());
  return {};
}

Cell SmallContentWriter::keep(const Cell& cell) {
  switch (cell.kind()) {
    case Kind::text:
      return Cell::text(cells_.keep(cell.text()));
    case Kind::bytes:
      return Cell::bytes(cells_.keep(cell.bytes()));
    case Kind::uuid:
      return Cell::uuid(cells_.keep(cell.bytes()).data());
    default:
      return cell.has_pointer() ? Cell::canonical(cell.kind(), cells_.keep(cell.bytes())) : cell;
  }
}

awaitable<Result<void>> SmallContentWriter::outgrow() {
  auto begun = co_await inner_.begin(ticket_);
  if (!begun) {
    co_return fail(std::move(begun.error()));
  }
  large_ = std::move(*begun);
  if (cells_.rows() == 0) {
    co_return Result<void>{};
  }
  Batch held = cells_.take();
  encoded_ = {};
  if (auto encoded = held.encode(std::numeric_limits<std::size_t>::max()); !encoded) {
    co_return encoded;
  }
  auto inserted = co_await large_->insert(held);
  co_return inserted;
}

awaitable<Result<StoredContent>> SmallContentWriter::seal(const hashing::Fingerprint& name, const Schema& schema) {
  if (auto open = check_open(); !open) {
    co_return fail(std::move(open.error()));
  }
  // Failed until it has gone well, so that discard() clears what an error leaves.
  state_ = State::failed;
  Result<StoredContent> stored = fail(ErrorCode::internal, "");
  if (large_) {
    stored = co_await large_->seal(name, schema);
  } else {
    stored = seal_small(schema);
  }
  if (stored) {
    state_ = State::ended;
  }
  co_return stored;
}

Result<StoredContent> SmallContentWriter::seal_small(const Schema& schema) {
  if (schema.columns.size() > kColumnsMax) {
    return fail(ErrorCode::limit_exceeded, fmt::format("more than {} columns", kColumnsMax));
  }
  StoredContent stored;
  stored.location = small_location(ticket_.ingest);
  stored.bytes = encoded_.size();
  if (!unpublished_.add(stored.location, std::move(encoded_))) {
    return fail(ErrorCode::internal, "location " + stored.location + " was used before");
  }
  return stored;
}

void SmallContentWriter::discard() noexcept {
  if (state_ != State::ended) {
    state_ = State::ended;
    encoded_ = {};
  }
  if (large_) {
    large_->discard();
  }
}

}  // namespace rowprint::sqlite
