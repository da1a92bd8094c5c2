#include "connectors/sqlite/row_reader.hpp"

#include "connectors/sqlite/parameters.hpp"

#include <fmt/format.h>

#include <sqlite3.h>
#include <string_view>

namespace rowprint::sqlite_file {
namespace {

Error in_column(Error error, std::string_view column) {
  error.column = column;
  return error;
}

Error bad_column(std::string reason, std::string_view column) {
  Error error;
  error.code = ErrorCode::bad_input;
  error.reason = std::move(reason);
  return in_column(std::move(error), column);
}

}  // namespace

Result<std::unique_ptr<RowReader>> RowReader::start(Snapshot& snapshot, const sql::Query& query, Limits limits) {
  auto statement = snapshot.prepare(query.text);
  if (!statement) {
    return fail(std::move(statement.error()));
  }
  std::unique_ptr<RowReader> reader{new RowReader{snapshot, std::move(*statement), limits}};
  auto ready = bind_parameters(reader->statement_.get(), query.parameters);
  if (ready) {
    ready = reader->name_columns(query.output);
  }
  if (!ready) {
    return fail(std::move(ready.error()));
  }
  return reader;
}

Result<void> RowReader::name_columns(const Schema& output) {
  const int count = sqlite3_column_count(statement_.get());
  for (int index = 0; index < count; ++index) {
    const char* name = sqlite3_column_name(statement_.get(), index);
    if (name == nullptr) {
      return fail(ErrorCode::busy, "no memory for the names of the columns");
    }
    const auto ordinal = builder_.column(name);
    if (!ordinal) {
      return fail(in_column(ordinal.error(), name));
    }
    if (*ordinal != static_cast<std::uint32_t>(index)) {
      return fail(bad_column("the query returns two columns of this name: rename one with AS", name));
    }
    const Column* asked = output.find(name);
    types_.push_back(asked != nullptr ? std::optional{asked->type} : std::nullopt);
  }
  for (const Column& column : output.columns) {
    if (!builder_.columns().find(column.name)) {
      return fail(bad_column("the output names a column that the query does not return", column.name));
    }
    if (!is_output_type(column.type)) {
      return fail(bad_column(fmt::format("SQLite has no values of the type {}", to_string(column.type)), column.name));
    }
  }
  return {};
}

Result<std::optional<Batch>> RowReader::next() {
  while (!ended_ && !builder_.batch_full()) {
    const auto there = step();
    if (!there) {
      return fail(there.error());
    }
    if (!*there) {
      ended_ = true;
      break;
    }
    builder_.begin_row();
    if (auto read = read_row(); !read) {
      builder_.abandon_row();
      read.error().row = builder_.next_row();
      return fail(std::move(read.error()));
    }
    builder_.end_row();
  }
  if (builder_.rows() == 0) {
    return std::optional<Batch>{};
  }
  return std::optional<Batch>{builder_.take()};
}

Result<bool> RowReader::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW || code == SQLITE_DONE) {
    return code == SQLITE_ROW;
  }
  Error error = snapshot_.error(code);
  if (error.code == ErrorCode::bad_input) {
    error.row = builder_.next_row();
  }
  return fail(std::move(error));
}

Result<void> RowReader::count_row() {
  std::size_t bytes = 0;
  for (std::size_t column = 0; column < types_.size(); ++column) {
    bytes += cells_.value_bytes(statement_.get(), static_cast<int>(column));
  }
  bytes_ += bytes;
  if (bytes > row_bytes_max_) {
    return fail(ErrorCode::limit_exceeded, fmt::format("the row is longer than {} bytes", row_bytes_max_));
  }
  return {};
}

Result<void> RowReader::read_row() {
  if (auto counted = count_row(); !counted) {
    return counted;
  }
  for (std::size_t column = 0; column < types_.size(); ++column) {
    const auto cell = cells_.read(statement_.get(), static_cast<int>(column), types_[column]);
    const auto ordinal = static_cast<std::uint32_t>(column);
    if (!cell) {
      return fail(in_column(cell.error(), builder_.columns().name(ordinal)));
    }
    builder_.set(ordinal, *cell);
  }
  return {};
}

}  // namespace rowprint::sqlite_file
