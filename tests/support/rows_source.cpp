#include "tests/support/rows_source.hpp"

#include <limits>

namespace rowprint::test {
namespace {

BatchBuilder::Limits batches_of(std::size_t rows) {
  BatchBuilder::Limits limits;
  limits.batch_rows = rows;
  limits.columns_max = std::numeric_limits<std::uint32_t>::max();
  return limits;
}

Result<void> add_row(BatchBuilder& builder, const Row& row) {
  builder.begin_row();
  for (const auto& [name, value] : row) {
    const auto ordinal = builder.column(name);
    if (!ordinal) {
      return fail(ordinal.error());
    }
    const auto cell = to_cell(value, builder);
    if (!cell) {
      Error error = cell.error();
      error.row = builder.next_row();
      error.column = name;
      return fail(std::move(error));
    }
    builder.set(*ordinal, *cell);
  }
  builder.end_row();
  return {};
}

}  // namespace

RowsSource::RowsSource(std::vector<Row> rows, std::size_t batch_rows, Schema declared)
    : rows_(std::move(rows)), declared_(std::move(declared)), builder_(batches_of(batch_rows)) {}

awaitable<Result<std::optional<Batch>>> RowsSource::next() {
  while (next_ < rows_.size() && !builder_.batch_full()) {
    if (before_row) {
      if (auto allowed = before_row(next_); !allowed) {
        co_return fail(allowed.error());
      }
    }
    if (auto added = add_row(builder_, rows_[next_]); !added) {
      co_return fail(added.error());
    }
    ++next_;
  }
  if (builder_.rows() == 0) {
    co_return std::nullopt;
  }
  co_return builder_.take();
}

void RowsSource::rewind() {
  next_ = 0;
  builder_.rewind();
}

std::vector<Row> to_rows(const Batch& batch) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < batch.rows(); ++i) {
    Row& row = rows.emplace_back();
    const auto cells = batch.row(i);
    for (std::size_t ordinal = 0; ordinal < cells.size(); ++ordinal) {
      if (!cells[ordinal].is_null()) {
        row.emplace_back(batch.columns().name(ordinal), to_value(cells[ordinal]));
      }
    }
  }
  return rows;
}

awaitable<Result<std::vector<Row>>> drain(Source& source) {
  std::vector<Row> rows;
  while (true) {
    auto batch = co_await source.next();
    if (!batch) {
      co_return fail(batch.error());
    }
    if (!*batch) {
      co_return rows;
    }
    auto more = to_rows(**batch);
    rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
}

}  // namespace rowprint::test
