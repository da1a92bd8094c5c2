#include "ingest/difference_report.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace rowprint {
namespace {

/// No single value takes more of a report than one in so many.
constexpr std::size_t kValueParts = 16;

Cell cell_at(std::span<const Cell> cells, std::size_t ordinal) {
  return ordinal < cells.size() ? cells[ordinal] : Cell{};
}

Value row_as_map(const Batch& batch, std::size_t index) {
  Map map;
  const std::span<const Cell> cells = batch.row(index);
  for (std::size_t ordinal = 0; ordinal < cells.size(); ++ordinal) {
    if (!cells[ordinal].is_null()) {
      map.pairs.emplace_back(batch.columns().name(ordinal), to_value(cells[ordinal]));
    }
  }
  return Value{std::move(map)};
}

std::optional<Value> type_name(const Column* column) {
  return column == nullptr ? std::nullopt : std::optional{Value{std::string{to_string(column->type)}}};
}

Difference differing_column(const std::string& name, const Column* source, const Column* stored) {
  Difference item;
  item.kind = Difference::Kind::column;
  item.column = name;
  item.source = type_name(source);
  item.stored = type_name(stored);
  return item;
}

}  // namespace

hashing::ByteView encoded_row(const Batch& batch, std::size_t index) {
  const EncodedRows& rows = batch.encoded();
  const std::size_t begin = index == 0 ? 0 : rows.ends[index - 1];
  return rows.bytes.view().subspan(begin, rows.ends[index] - begin);
}

DifferenceReport::DifferenceReport(const CompareLimits& limits)
    : items_max_(limits.report_items_max),
      value_bytes_max_(limits.report_bytes_max / kValueParts),
      bytes_left_(limits.report_bytes_max) {}

bool DifferenceReport::take_room(std::size_t bytes) {
  if (bytes > value_bytes_max_ || bytes > bytes_left_) {
    return false;
  }
  bytes_left_ -= bytes;
  return true;
}

void DifferenceReport::add_changed(std::uint64_t row, const Batch& source, std::size_t source_index,
                                   const Batch& stored, std::size_t stored_index) {
  ++rows_differing_;
  first_row_ = first_row_.value_or(row);
  if (full()) {
    return;
  }
  const std::span<const Cell> source_cells = source.row(source_index);
  const std::span<const Cell> stored_cells = stored.row(stored_index);
  for (std::size_t ordinal = 0; ordinal < source.columns().size(); ++ordinal) {
    const std::string& name = source.columns().name(ordinal);
    const auto stored_ordinal = stored.columns().find(name);
    add_changed(row, name, cell_at(source_cells, ordinal),
                stored_ordinal ? cell_at(stored_cells, *stored_ordinal) : Cell{});
  }
  for (std::size_t ordinal = 0; ordinal < stored.columns().size(); ++ordinal) {
    const std::string& name = stored.columns().name(ordinal);
    if (!source.columns().find(name)) {
      add_changed(row, name, Cell{}, cell_at(stored_cells, ordinal));
    }
  }
}

void DifferenceReport::add_changed(std::uint64_t row, const std::string& column, const Cell& source,
                                   const Cell& stored) {
  source_encoding_.clear();
  stored_encoding_.clear();
  put_cell(source_encoding_, source);
  put_cell(stored_encoding_, stored);
  if (full() || std::ranges::equal(source_encoding_.view(), stored_encoding_.view())) {
    return;
  }
  Difference item;
  item.kind = Difference::Kind::changed;
  item.row = row;
  item.column = column;
  if (take_room(source_encoding_.size())) {
    item.source = to_value(source);
  }
  if (take_room(stored_encoding_.size())) {
    item.stored = to_value(stored);
  }
  items_.push_back(std::move(item));
}

void DifferenceReport::add_unpaired(Difference::Kind kind, const Batch& batch, std::size_t index) {
  first_row_ = first_row_.value_or(batch.first_row() + index);
  const std::size_t item = items_.size();
  add_unpaired(kind, 1);
  if (items_.size() > item) {
    show(item, batch, index);
  }
}

void DifferenceReport::add_unpaired(Difference::Kind kind, std::uint64_t count) {
  rows_differing_ += count;
  if (!full()) {
    Difference item;
    item.kind = kind;
    item.count = count;
    items_.push_back(std::move(item));
  }
}

void DifferenceReport::show(std::size_t index, const Batch& batch, std::size_t row_index) {
  Difference& item = items_[index];
  item.row = batch.first_row() + row_index;
  if (!take_room(encoded_row(batch, row_index).size())) {
    return;
  }
  (item.kind == Difference::Kind::only_source ? item.source : item.stored) = row_as_map(batch, row_index);
}

std::vector<Difference> DifferenceReport::take() {
  const auto place = [](const Difference& item) {
    return item.row.value_or(std::numeric_limits<std::uint64_t>::max());
  };
  std::ranges::stable_sort(items_, {}, place);
  return std::move(items_);
}

std::vector<Difference> differing_columns(const Schema& source, const Schema& stored) {
  std::vector<Difference> items;
  for (const Column& column : source.columns) {
    const Column* other = stored.find(column.name);
    if (other == nullptr || other->type != column.type) {
      items.push_back(differing_column(column.name, &column, other));
    }
  }
  for (const Column& column : stored.columns) {
    if (source.find(column.name) == nullptr) {
      items.push_back(differing_column(column.name, nullptr, &column));
    }
  }
  return items;
}

}  // namespace rowprint
