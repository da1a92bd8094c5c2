#pragma once

#include "hashing/bytes.hpp"
#include "ingest/model/error.hpp"
#include "store/sqlite/vfs.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace rowprint::sqlite {

/// A prepared statement. Parameters count from 1, columns from 0.
///
/// Lifecycle: bind, step() until it gives no row, reset(), again. Destroyed before its Database. Thread safety: as its
/// Database. Ownership: text and bytes that are bound are borrowed until the next reset(); those read are valid until
/// the next step().
class Statement {
 public:
  Statement() = default;
  Statement(sqlite3_stmt* handle, const std::string* path) : handle_(handle), path_(path) {}

  explicit operator bool() const { return handle_ != nullptr; }
  sqlite3_stmt* handle() const { return handle_.get(); }

  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::string_view text);
  void bind(int parameter, hashing::ByteView bytes);
  void bind_null(int parameter);

  /// True where there is a row. After an error: reset().
  Result<bool> step();
  /// Steps to the end, whatever rows there are, and resets.
  Result<void> run();
  /// Calls `row()`, which gives a Result<void>, for every row until one fails.
  template <typename Row>
  Result<void> each(Row row) {
    for (;;) {
      auto there = step();
      if (!there) {
        return fail(std::move(there.error()));
      }
      if (!*there) {
        return {};
      }
      if (auto taken = row(); !taken) {
        return taken;
      }
    }
  }
  void reset();

  bool is_null(int column) const;
  bool is_integer(int column) const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  hashing::ByteView bytes(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  const std::string* path_ = nullptr;
  int bind_code_ = 0;
};

/// A connection to one database file.
///
/// Lifecycle: close() tells of what fails then; the destructor does not. Thread safety: none (SQLITE_OPEN_NOMUTEX);
/// successive calls may come from different threads. Ownership: borrows the Vfs. Blocks on files. Errors: the disk's
/// own where it failed (no_space, io, not_found), else corrupt, busy (locked by somebody else, or no memory),
/// limit_exceeded, internal; the reason names the file.
class Database {
 public:
  enum class Access : std::uint8_t {
    sealed,  ///< read-only and immutable
    create,  ///< read and write; created if it is not there
  };
  static Result<Database> open(const Vfs& vfs, const std::string& path, Access access);
  /// An empty one that has no file.
  static Result<Database> in_memory();

  Result<void> execute(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  /// The bytes that a file of the same tables has.
  Result<hashing::ByteBuffer> image() const;
  /// All statements are gone by now.
  Result<void> close();

  sqlite3* handle() const { return handle_.get(); }
  const std::string& path() const { return *path_; }
  bool in_transaction() const;
  /// Rows changed by the last statement that changed any.
  std::int64_t changes() const;
  std::int64_t last_rowid() const;
  /// Whether the last call failed for want of room in a write: what it wrote is then known to be incomplete.
  bool was_full() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  Database(sqlite3* handle, std::string path);

  std::unique_ptr<const std::string> path_;  ///< statements point at it
  std::unique_ptr<sqlite3, Close> handle_;
};

/// The error that a result code of SQLite is: the one translator. `connection` may be null.
Error translate(int code, sqlite3* connection, const std::string& path);

}  // namespace rowprint::sqlite
