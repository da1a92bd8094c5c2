#include "ingest/canonical_source.hpp"

#include <utility>

namespace rowprint {
namespace {

BatchBuilder::Limits limits_of(const Schema& schema) {
  BatchBuilder::Limits limits;
  limits.columns_max = schema.columns.size();
  return limits;
}

}  // namespace

CanonicalSource::CanonicalSource(std::shared_ptr<const CanonicalRows> rows)
    : rows_(std::move(rows)), builder_(limits_of(rows_->schema)) {
  for (const Column& column : rows_->schema.columns) {
    // The names passed when the rows came in; where they did not, read_row() finds that a column is not known.
    static_cast<void>(builder_.column(column.name));
  }
}

awaitable<Result<std::optional<Batch>>> CanonicalSource::next() {
  co_return next_batch();
}

Result<std::optional<Batch>> CanonicalSource::next_batch() {
  while (piece_ < rows_->pieces.size() && !builder_.batch_full()) {
    if (!reader_) {
      reader_.emplace(hashing::as_bytes(rows_->pieces[piece_]));
    }
    if (reader_->at_end()) {
      reader_.reset();
      ++piece_;
      continue;
    }
    if (auto read = read_row(*reader_); !read) {
      return fail(std::move(read.error()));
    }
  }
  if (builder_.rows() != 0) {
    return std::optional{builder_.take()};
  }
  if (const std::uint64_t found = builder_.next_row() - 1; found != rows_->rows) {
    return corrupt("there are " + std::to_string(found) + " rows, and " + std::to_string(rows_->rows) + " were sealed");
  }
  return std::optional<Batch>{};
}

Result<void> CanonicalSource::read_row(hashing::CanonicalReader& reader) {
  const auto columns = reader.read_row();
  if (!columns) {
    return corrupt("a stored row is not canonical CBOR: " + std::string{reader.reason()});
  }
  builder_.begin_row();
  for (std::uint64_t place = 0; place < *columns; ++place) {
    const auto column = reader.read_column();
    if (!column) {
      return corrupt("a stored row is not canonical CBOR: " + std::string{reader.reason()});
    }
    const auto ordinal = builder_.columns().find(column->name);
    if (!ordinal) {
      return corrupt("a stored row has a column that the schema does not know", std::string{column->name});
    }
    const auto cell = read_cell(column->value, rows_->schema.columns[*ordinal].type);
    if (!cell) {
      return corrupt("a stored value is not of its column's type", std::string{column->name});
    }
    builder_.set(*ordinal, *cell);
  }
  builder_.end_row();
  return {};
}

std::optional<Cell> CanonicalSource::read_cell(hashing::ByteView value, Type type) {
  const auto cell = cell_from_canonical(value, type);
  // What a cell points at travels with its batch.
  return cell && cell->has_pointer() ? cell_from_canonical(builder_.keep(value), type) : cell;
}

tl::unexpected<Error> CanonicalSource::corrupt(std::string reason, std::string column) const {
  Error error;
  error.code = ErrorCode::corrupt;
  error.reason = std::move(reason);
  error.row = builder_.next_row();
  error.column = std::move(column);
  return fail(std::move(error));
}

}  // namespace rowprint
