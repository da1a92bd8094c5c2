#pragma once

#include "connectors/sqlite/stop.hpp"
#include "ingest/model/error.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace rowprint::sqlite_file {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const;
};
/// A prepared statement; gone before its Snapshot.
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

/// A SQLite file as it is at one moment: a connection that can only read, in one transaction.
///
/// What the file's owner writes meanwhile is not seen; in a rollback journal it waits for the snapshot to end, in a
/// write-ahead log it does not. Nothing is written, no checkpoint made. SQL has no way out of the file: statements that
/// write, attach or set anything are refused, no extension is loaded, and what the file's own schema calls is not
/// trusted. Lifecycle: the snapshot ends with the object. Thread safety: one thread at a time. Ownership: borrows the
/// Stop, which ends whatever takes long. Blocks on files. Stays where it was made.
class Snapshot {
 public:
  struct Limits {
    std::chrono::milliseconds wait;  ///< for a writer that has locked the file
    std::size_t row_bytes_max;       ///< what SQLite computes with on the way may be longer, to 64 MiB
  };
  /// Errors: unavailable where there is no such file, it cannot be opened, or (retryable) it stays locked; bad_input
  /// where it is no database.
  static Result<std::unique_ptr<Snapshot>> open(const std::string& path, Limits limits, Stop& stop);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

  /// A statement that returns rows and writes nothing; `text` is that one statement, with a semicolon and comments at
  /// its end if need be. Errors: bad_input, with SQLite's own words.
  Result<Statement> prepare(const std::string& text);
  /// Whether the file keeps text in UTF-16: what is no text in it is then lost if SQLite turns it into UTF-8.
  bool keeps_utf16() const { return keeps_utf16_; }
  /// The error that a call on the connection ended with: the one translator.
  Error error(int code) const;

 private:
  Snapshot(Stop& stop, Limits limits) : stop_(stop), limits_(limits) {}
  Result<void> connect(const std::string& path);
  void bolt();
  Result<void> begin();
  Result<Statement> first_statement(const char*& rest, const char* end);
  static int authorize(void* self, int action, const char* first, const char* second, const char*, const char*);

  Stop& stop_;
  Limits limits_;
  std::chrono::steady_clock::time_point give_up_{};
  std::string refused_;  ///< what the authorizer refused last, in words
  bool keeps_utf16_ = false;
  sqlite3* connection_ = nullptr;
};

}  // namespace rowprint::sqlite_file
