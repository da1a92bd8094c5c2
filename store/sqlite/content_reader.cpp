#include "store/sqlite/content_reader.hpp"

#include "hashing/canonical.hpp"
#include "ingest/model/utf8.hpp"

#include <fmt/format.h>

#include <sqlite3.h>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace rowprint::sqlite {
namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Error ContentReader::corrupt(std::string_view what) const {
  Error error;
  error.code = ErrorCode::corrupt;
  error.reason = fmt::format("{}: {}", database_.path(), what);
  return error;
}

Error ContentReader::damaged(Error error) const {
  if (!last_disk_error() && error.code != ErrorCode::busy) {
    error.code = ErrorCode::corrupt;
  }
  return error;
}

Result<std::unique_ptr<ContentReader>> ContentReader::open(const Vfs& vfs, const std::string& path) {
  auto database = Database::open(vfs, path, Database::Access::sealed);
  if (!database) {
    return fail(std::move(database.error()));
  }
  std::unique_ptr<ContentReader> reader{new ContentReader{std::move(*database)}};
  auto ready = reader->database_.execute(
      "PRAGMA cache_size=-256; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; PRAGMA "
      "trusted_schema=OFF");
  if (ready) {
    ready = reader->read_content();
  }
  if (ready) {
    ready = reader->read_columns();
  }
  if (ready) {
    ready = reader->read_forms();
  }
  if (ready) {
    ready = reader->select_rows();
  }
  if (!ready) {
    return fail(reader->damaged(std::move(ready.error())));
  }
  return reader;
}

Result<void> ContentReader::read_content() {
  auto content = database_.prepare("SELECT format, rows, fingerprint FROM rowprint_content");
  if (!content) {
    return fail(std::move(content.error()));
  }
  auto row = content->step();
  if (!row) {
    return fail(std::move(row.error()));
  }
  if (!*row || !content->is_integer(0) || !content->is_integer(1) || content->integer(1) < 0) {
    return fail(corrupt("rowprint_content does not say what it holds"));
  }
  if (content->integer(0) != kContentFormat) {
    return fail(corrupt(fmt::format("format {} is not known, only {}", content->integer(0), kContentFormat)));
  }
  const auto name = hashing::Fingerprint::parse(content->text(2));
  if (!name) {
    return fail(corrupt("rowprint_content has no fingerprint"));
  }
  name_ = *name;
  rows_sealed_ = static_cast<std::uint64_t>(content->integer(1));
  return {};
}

Result<void> ContentReader::read_columns() {
  auto columns = database_.prepare("SELECT name, type, ordinal FROM rowprint_columns ORDER BY place");
  if (!columns) {
    return fail(std::move(columns.error()));
  }
  return columns->each([&]() -> Result<void> {
    Column column;
    column.name = columns->text(0);
    const auto type = parse_type(columns->text(1));
    const std::int64_t ordinal = columns->integer(2);
    if (!type || !columns->is_integer(2) || ordinal < 0 || ordinal >= std::int64_t{kColumnsMax}) {
      return fail(corrupt("rowprint_columns has a column that cannot be"));
    }
    const std::size_t place = columns_.size();
    auto added = builder_.column(column.name);
    if (!added || *added != place) {
      return fail(corrupt("rowprint_columns has a name twice, or one that is none"));
    }
    column.type = *type;
    columns_.push_back({*type, static_cast<std::uint32_t>(ordinal), Form::native, {}});
    schema_.columns.push_back(std::move(column));
    return {};
  });
}

Result<void> ContentReader::read_forms() {
  // The last first, so that the next to come is always at the end.
  auto forms = database_.prepare("SELECT ordinal, from_row, form FROM rowprint_forms ORDER BY from_row DESC");
  if (!forms) {
    return fail(std::move(forms.error()));
  }
  std::vector<StoredColumn*> column_of(kColumnsMax, nullptr);
  for (StoredColumn& column : columns_) {
    column_of[column.ordinal] = &column;
  }
  const auto read = forms->each([&]() -> Result<void> {
    const std::int64_t ordinal = forms->integer(0);
    const std::int64_t from_row = forms->integer(1);
    const auto form = parse_form(forms->text(2));
    if (!form || from_row < 1 || ordinal < 0 || ordinal >= std::int64_t{kColumnsMax}) {
      return fail(corrupt("rowprint_forms has a form that cannot be"));
    }
    if (StoredColumn* const column = column_of[static_cast<std::size_t>(ordinal)]; column != nullptr) {
      column->changes.push_back({column->ordinal, static_cast<std::uint64_t>(from_row), *form});
    }
    return {};
  });
  if (!read) {
    return read;
  }
  for (const StoredColumn& column : columns_) {
    if (column.changes.empty() || column.changes.back().from_row != 1) {
      return fail(corrupt("rowprint_forms lacks a column"));
    }
  }
  next_change_ = columns_.empty() ? kNever : 1;
  return {};
}

Result<void> ContentReader::select_rows() {
  std::string sql = "SELECT ";
  for (const StoredColumn& column : columns_) {
    sql += column_name(column.ordinal) + ", ";
  }
  // The last one is the rowid, so that a row is a row where there are no columns.
  auto rows = database_.prepare(sql + "rowid FROM rowprint_rows ORDER BY rowid");
  if (!rows) {
    return fail(std::move(rows.error()));
  }
  rows_ = std::move(*rows);
  return {};
}

awaitable<Result<std::optional<Batch>>> ContentReader::next() {
  auto batch = next_batch();
  if (!batch) {
    batch = fail(damaged(std::move(batch.error())));
  }
  co_return batch;
}

Result<std::optional<Batch>> ContentReader::next_batch() {
  // A statement that is stepped past its end begins again.
  while (!at_end_ && !builder_.batch_full()) {
    auto row = rows_.step();
    if (!row) {
      return fail(std::move(row.error()));
    }
    if (!*row) {
      at_end_ = true;
      if (rows_read_ != rows_sealed_) {
        return fail(corrupt(fmt::format("has {} rows, and was sealed with {}", rows_read_, rows_sealed_)));
      }
      break;
    }
    ++rows_read_;
    if (rows_read_ > rows_sealed_) {
      return fail(corrupt(fmt::format("has more rows than the {} it was sealed with", rows_sealed_)));
    }
    if (auto read = read_row(); !read) {
      return fail(std::move(read.error()));
    }
  }
  return builder_.rows() == 0 ? std::optional<Batch>{} : std::optional{builder_.take()};
}

void ContentReader::enter_row(std::uint64_t number) {
  next_change_ = kNever;
  for (StoredColumn& column : columns_) {
    while (!column.changes.empty() && column.changes.back().from_row <= number) {
      column.form = column.changes.back().form;
      column.changes.pop_back();
    }
    if (!column.changes.empty()) {
      next_change_ = std::min(next_change_, column.changes.back().from_row);
    }
  }
}

Result<void> ContentReader::read_row() {
  if (rows_read_ >= next_change_) {
    enter_row(rows_read_);
  }
  builder_.begin_row();
  for (std::size_t place = 0; place < columns_.size(); ++place) {
    const StoredColumn& column = columns_[place];
    const auto cell = read_cell(static_cast<int>(place), column);
    if (!cell || !is_of_type(cell->kind(), column.type)) {
      Error error = corrupt(fmt::format("holds something that is not of type {}", to_string(column.type)));
      error.row = rows_read_;
      error.column = schema_.columns[place].name;
      return fail(std::move(error));
    }
    if (!cell->is_null()) {
      builder_.set(static_cast<std::uint32_t>(place), *cell);
    }
  }
  builder_.end_row();
  return {};
}

std::optional<Cell> ContentReader::read_cell(int index, const StoredColumn& column) {
  sqlite3_stmt* const statement = rows_.handle();
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_NULL:
      return Cell{};
    case SQLITE_INTEGER: {
      const std::int64_t value = sqlite3_column_int64(statement, index);
      if (column.form != Form::boolean) {
        return as_column_type(Cell::integer(value), column.type);
      }
      return value == 0 || value == 1 ? std::optional{Cell::boolean(value == 1)} : std::nullopt;
    }
    case SQLITE_FLOAT:
      return column.form == Form::boolean ? std::nullopt
                                          : read_float(sqlite3_column_double(statement, index), column.type);
    case SQLITE_TEXT: {
      const std::string_view text = hashing::as_text(rows_.bytes(index));
      if (column.form == Form::boolean || !is_valid_utf8(text)) {
        return std::nullopt;
      }
      return Cell::text(builder_.keep(text));
    }
    default: {
      const hashing::ByteView bytes = builder_.keep(rows_.bytes(index));
      switch (column.form) {
        case Form::native:
          return Cell::bytes(bytes);
        case Form::tagged:
          return read_tagged(bytes, column.type);
        case Form::boolean:
          return std::nullopt;
      }
    }
  }
  return std::nullopt;
}

std::optional<Cell> ContentReader::read_float(double value, Type type) {
  // -0.0 is 0 in rp1.
  const Cell cell = as_column_type(Cell::floating(value + 0.0), type);
  constexpr double kEndOfInt = 0x1p63;
  constexpr double kEnd = 0x1p64;
  if (type != Type::any || cell.kind() != Kind::floating || !(value >= kEndOfInt && value < kEnd)) {
    return cell;
  }
  // In `any` an integral float is that integer, also where it needs more than 63 bits.
  hashing::ByteBuffer encoded;
  hashing::put_float(encoded, value);
  return cell_from_canonical(builder_.keep(encoded.view()), type);
}

std::optional<Cell> ContentReader::read_tagged(hashing::ByteView bytes, Type type) {
  hashing::CanonicalReader reader{bytes};
  const auto item = reader.skip();
  return item && reader.at_end() ? cell_from_canonical(bytes, type) : std::nullopt;
}

}  // namespace rowprint::sqlite
