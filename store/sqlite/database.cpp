#include "store/sqlite/database.hpp"

#include "store/sqlite/library.hpp"

#include <fmt/format.h>

#include <sqlite3.h>
#include <algorithm>

namespace rowprint::sqlite {
namespace {

ErrorCode code_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return ErrorCode::no_space;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return ErrorCode::io;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return ErrorCode::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
      return ErrorCode::busy;
    case SQLITE_TOOBIG:
      return ErrorCode::limit_exceeded;
    default:
      return ErrorCode::internal;
  }
}

bool is_of_disk(int code) {
  const int primary = code & 0xff;
  return primary == SQLITE_IOERR || primary == SQLITE_FULL || primary == SQLITE_CANTOPEN || primary == SQLITE_BUSY;
}

}  // namespace

Error translate(int code, sqlite3* connection, const std::string& path) {
  if (is_of_disk(code) && last_disk_error()) {
    Error error = *last_disk_error();
    error.retryable = error.retryable || error.code == ErrorCode::busy;
    return error;
  }
  Error error;
  error.code = code_of(code);
  error.retryable = error.code == ErrorCode::busy;
  const char* message = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  error.reason = fmt::format("{}: {} (SQLite {})", path, message, code);
  return error;
}

void Statement::Finalize::operator()(sqlite3_stmt* handle) const {
  sqlite3_finalize(handle);
}

void Statement::bind(int parameter, std::int64_t value) {
  bind_code_ |= sqlite3_bind_int64(handle_.get(), parameter, value);
}

void Statement::bind(int parameter, std::string_view text) {
  bind_code_ |= sqlite3_bind_text64(handle_.get(), parameter, text.data() != nullptr ? text.data() : "", text.size(),
                                    SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind(int parameter, hashing::ByteView bytes) {
  bind_code_ |= bytes.empty()
                    ? sqlite3_bind_zeroblob(handle_.get(), parameter, 0)
                    : sqlite3_bind_blob64(handle_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC);
}

void Statement::bind_null(int parameter) {
  bind_code_ |= sqlite3_bind_null(handle_.get(), parameter);
}

Result<bool> Statement::step() {
  forget_disk_error();
  if (bind_code_ != SQLITE_OK) {
    return fail(translate(std::exchange(bind_code_, SQLITE_OK), sqlite3_db_handle(handle_.get()), *path_));
  }
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW || code == SQLITE_DONE) {
    return code == SQLITE_ROW;
  }
  return fail(translate(code, sqlite3_db_handle(handle_.get()), *path_));
}

Result<void> Statement::run() {
  Result<bool> row = step();
  while (row && *row) {
    row = step();
  }
  reset();
  return row ? Result<void>{} : fail(std::move(row.error()));
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
  bind_code_ = SQLITE_OK;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}
bool Statement::is_integer(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_INTEGER;
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  return {text != nullptr ? text : "", static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

hashing::ByteView Statement::bytes(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_.get(), column));
  return {bytes, bytes == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

Database::Database(sqlite3* handle, std::string path)
    : path_(std::make_unique<const std::string>(std::move(path))), handle_(handle) {}

Result<Database> Database::open(const Vfs& vfs, const std::string& path, Access access) {
  forget_disk_error();
  const int mode = access == Access::sealed ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs.name());
  Database database{handle, path};
  if (code != SQLITE_OK) {
    return fail(translate(code, handle, path));
  }
  return database;
}

Result<Database> Database::in_memory() {
  start_library();
  const std::string path = ":memory:";
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  Database database{handle, path};
  if (code != SQLITE_OK) {
    return fail(translate(code, handle, path));
  }
  return database;
}

Result<void> Database::execute(const std::string& sql) {
  forget_disk_error();
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Result<void>{} : fail(translate(code, handle_.get(), *path_));
}

Result<Statement> Database::prepare(std::string_view sql) {
  forget_disk_error();
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) {
    return fail(translate(code, handle_.get(), *path_));
  }
  return Statement{statement, path_.get()};
}

Result<hashing::ByteBuffer> Database::image() const {
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> bytes{sqlite3_serialize(handle_.get(), "main", &size, 0),
                                                              &sqlite3_free};
  if (!bytes) {
    return fail(translate(SQLITE_NOMEM, nullptr, *path_));
  }
  hashing::ByteBuffer image;
  image.append({bytes.get(), static_cast<std::size_t>(size)});
  return image;
}

Result<void> Database::close() {
  forget_disk_error();
  const int code = sqlite3_close(handle_.get());
  if (code != SQLITE_OK) {
    return fail(translate(code, handle_.get(), *path_));
  }
  static_cast<void>(handle_.release());
  return {};
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}
std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_.get());
}
std::int64_t Database::last_rowid() const {
  return sqlite3_last_insert_rowid(handle_.get());
}
bool Database::was_full() const {
  return sqlite3_errcode(handle_.get()) == SQLITE_FULL;
}

}  // namespace rowprint::sqlite
