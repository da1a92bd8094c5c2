#include "store/sqlite/batch_table.hpp"

#include "store/sqlite/content_format.hpp"

#include <sqlite3.h>
#include <cmath>
#include <memory>
#include <span>
#include <string_view>

namespace rowprint::sqlite {

/// What SQLite calls (sqlite3_module).
struct BatchTable::Methods {
  struct Table {
    sqlite3_vtab base;
    BatchTable* owner;
  };
  struct Cursor {
    sqlite3_vtab_cursor base;
    BatchTable* owner;
    std::size_t row;
    std::span<const Cell> cells;
  };

  static Cursor& self(sqlite3_vtab_cursor* cursor) { return *reinterpret_cast<Cursor*>(cursor); }

  static int connect(sqlite3* connection, void* owner, int, const char* const*, sqlite3_vtab** out, char**) {
    auto& table = *static_cast<BatchTable*>(owner);
    const int code = sqlite3_declare_vtab(connection, create_rows_table(table.columns()).c_str());
    if (code == SQLITE_OK) {
      *out = &std::make_unique<Table>(Table{{}, &table}).release()->base;
    }
    return code;
  }
  static int disconnect(sqlite3_vtab* table) {
    delete reinterpret_cast<Table*>(table);
    return SQLITE_OK;
  }
  static int best_index(sqlite3_vtab*, sqlite3_index_info*) { return SQLITE_OK; }
  static int open(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
    BatchTable* const owner = reinterpret_cast<Table*>(table)->owner;
    *out = &std::make_unique<Cursor>(Cursor{{}, owner, 0, {}}).release()->base;
    return SQLITE_OK;
  }
  static int close(sqlite3_vtab_cursor* cursor) {
    delete &self(cursor);
    return SQLITE_OK;
  }
  static void stand_on(Cursor& cursor, std::size_t row) {
    cursor.row = row;
    if (row < cursor.owner->batch_->rows()) {
      cursor.cells = cursor.owner->batch_->row(row);
    }
  }
  static int filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
    stand_on(self(cursor), 0);
    return SQLITE_OK;
  }
  static int next(sqlite3_vtab_cursor* cursor) {
    stand_on(self(cursor), self(cursor).row + 1);
    return SQLITE_OK;
  }
  static int at_end(sqlite3_vtab_cursor* cursor) {
    return self(cursor).row >= self(cursor).owner->batch_->rows() ? 1 : 0;
  }
  static int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* number) {
    *number = static_cast<sqlite3_int64>(self(cursor).row);
    return SQLITE_OK;
  }
  static int column(sqlite3_vtab_cursor* handle, sqlite3_context* result, int index) {
    const Cursor& cursor = self(handle);
    const auto ordinal = static_cast<std::size_t>(index);
    // What is given no result is NULL.
    if (ordinal < cursor.cells.size() && !cursor.cells[ordinal].is_null()) {
      cursor.owner->give(result, cursor.cells[ordinal], ordinal, cursor.owner->number_ + cursor.row);
    }
    return SQLITE_OK;
  }

  static const sqlite3_module kModule;
};

const sqlite3_module BatchTable::Methods::kModule = [] {
  sqlite3_module module{};
  module.xConnect = connect;
  module.xBestIndex = best_index;
  module.xDisconnect = disconnect;
  module.xOpen = open;
  module.xClose = close;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = at_end;
  module.xColumn = column;
  module.xRowid = rowid;
  return module;
}();

Result<void> BatchTable::declare(Database& database, std::size_t columns) {
  forms_.widen(columns);
  // Takes the place of the one with fewer columns.
  return database.add_table("rowprint_batch", Methods::kModule, this);
}

namespace {

void give_text(sqlite3_context* result, std::string_view text) {
  sqlite3_result_text64(result, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void give_blob(sqlite3_context* result, hashing::ByteView bytes) {
  if (bytes.empty()) {
    sqlite3_result_zeroblob(result, 0);
  } else {
    sqlite3_result_blob64(result, bytes.data(), bytes.size(), SQLITE_STATIC);
  }
}

}  // namespace

void BatchTable::give(sqlite3_context* result, const Cell& cell, std::size_t ordinal, std::uint64_t row) {
  switch (cell.kind()) {
    case Kind::null:
      return;
    case Kind::integer:
      forms_.take_plain(ordinal, row);
      return sqlite3_result_int64(result, cell.integer());
    case Kind::text:
      forms_.take_plain(ordinal, row);
      return give_text(result, cell.text());
    case Kind::floating:
      // SQLite takes NaN for NULL.
      if (std::isnan(cell.floating())) {
        break;
      }
      forms_.take_plain(ordinal, row);
      return sqlite3_result_double(result, cell.floating());
    case Kind::bytes:
      if (!forms_.take_bytes(ordinal, row)) {
        break;
      }
      return give_blob(result, cell.bytes());
    case Kind::boolean:
      if (!forms_.take_boolean(ordinal, row)) {
        break;
      }
      return sqlite3_result_int64(result, cell.boolean() ? 1 : 0);
    case Kind::big_integer:
    case Kind::decimal:
    case Kind::list:
    case Kind::map:
      forms_.take_other(ordinal, row);
      return give_blob(result, cell.bytes());
    case Kind::date:
    case Kind::time:
    case Kind::timestamp:
    case Kind::timestamptz:
    case Kind::uuid:
      break;
  }
  forms_.take_other(ordinal, row);
  encoded_.clear();
  put_cell(encoded_, cell);
  sqlite3_result_blob64(result, encoded_.data(), encoded_.size(), SQLITE_TRANSIENT);
}

}  // namespace rowprint::sqlite
