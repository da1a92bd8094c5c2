#include "connectors/sqlite/snapshot.hpp"

#include "ingest/model/utf8.hpp"

#include <fmt/format.h>

#include <sqlite3.h>
#include <algorithm>
#include <filesystem>
#include <limits>
#include <string_view>
#include <thread>

namespace rowprint::sqlite_file {
namespace {

/// Between two looks at the stop, in instructions of SQLite's machine. Some of them call functions that take long.
constexpr int kStepsBetweenLooks = 200;
constexpr std::chrono::milliseconds kLockPause{5};
constexpr std::size_t kValueBytes = 64U << 20U;
constexpr std::size_t kQueryBytesMax = 1U << 20U;

bool changes_the_schema(const char* table) {
  return table != nullptr && std::string_view{table}.starts_with("sqlite_");
}

/// What an action of the authorizer is called; empty where it only reads.
std::string_view refusal(int action, const char* first, const char* second) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return {};
    case SQLITE_FUNCTION:
      return second != nullptr && std::string_view{second} == "load_extension" ? "loading an extension"
                                                                               : std::string_view{};
    case SQLITE_PRAGMA:
      // Full-text search asks for it each time it is read.
      return first != nullptr && std::string_view{first} == "data_version" ? std::string_view{} : "PRAGMA";
    case SQLITE_ATTACH:
      return "ATTACH";
    case SQLITE_DETACH:
      return "DETACH";
    case SQLITE_INSERT:
      return changes_the_schema(first) ? "changing the schema" : "INSERT";
    case SQLITE_UPDATE:
      // A virtual table, json_each() among them, declares its columns so, in memory; a query's own has no right to it.
      return first != nullptr && std::string_view{first} == "sqlite_master" ? std::string_view{} : "UPDATE";
    case SQLITE_DELETE:
      return changes_the_schema(first) ? "changing the schema" : "DELETE";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return "a transaction of its own";
    case SQLITE_ANALYZE:
      return "ANALYZE";
    case SQLITE_REINDEX:
      return "REINDEX";
    default:
      return "changing the schema";
  }
}

ErrorCode code_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_PROTOCOL:
      return ErrorCode::unavailable;
    case SQLITE_NOMEM:
      return ErrorCode::busy;
    case SQLITE_FULL:
      return ErrorCode::no_space;
    case SQLITE_TOOBIG:
      return ErrorCode::limit_exceeded;
    case SQLITE_MISUSE:
    case SQLITE_INTERNAL:
    case SQLITE_RANGE:
      return ErrorCode::internal;
    default:
      return ErrorCode::bad_input;
  }
}

bool is_retryable(int code) {
  const int primary = code & 0xff;
  return primary == SQLITE_BUSY || primary == SQLITE_LOCKED || primary == SQLITE_IOERR || primary == SQLITE_NOMEM ||
         primary == SQLITE_PROTOCOL;
}

/// A pipe would hold its reader until somebody writes, and SQLite names neither what is not there nor what is no file.
Result<void> check_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return fail(ErrorCode::unavailable, "there is no file " + path);
  }
  if (error) {
    return fail(ErrorCode::unavailable, path + ": " + error.message());
  }
  if (!std::filesystem::is_regular_file(status)) {
    return fail(ErrorCode::unavailable, path + " is not a regular file");
  }
  return {};
}

/// SQLite reads `:memory:` and `file:…` as something else than a path.
std::string as_plain_path(const std::string& path) {
  return path.starts_with('/') ? path : "./" + path;
}

}  // namespace

void Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Result<std::unique_ptr<Snapshot>> Snapshot::open(const std::string& path, Limits limits, Stop& stop) {
  if (auto checked = check_file(path); !checked) {
    return fail(std::move(checked.error()));
  }
  std::unique_ptr<Snapshot> snapshot{new Snapshot{stop, limits}};
  if (auto connected = snapshot->connect(path); !connected) {
    return fail(std::move(connected.error()));
  }
  return snapshot;
}

Snapshot::~Snapshot() {
  stop_.watch(nullptr);
  sqlite3_close_v2(connection_);
}

Result<void> Snapshot::connect(const std::string& path) {
  constexpr int kFlags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(as_plain_path(path).c_str(), &connection_, kFlags, nullptr);
  if (code != SQLITE_OK) {
    Error failed = error(code);
    failed.reason = path + ": " + failed.reason;
    return fail(std::move(failed));
  }
  bolt();
  stop_.watch(connection_);
  auto begun = begin();
  if (!begun && begun.error().code == ErrorCode::bad_input) {
    begun.error().reason = path + ": " + begun.error().reason;
  }
  return begun;
}

void Snapshot::bolt() {
  sqlite3* const db = connection_;
  // Each of these knows no failure but a number that this SQLite does not have.
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  // "nme" for a column called name would be the text 'nme' in every row.
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
  const std::size_t value_bytes = std::max(kValueBytes, limits_.row_bytes_max);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH,
                static_cast<int>(std::min<std::size_t>(value_bytes, std::numeric_limits<int>::max())));
  sqlite3_progress_handler(
      db, kStepsBetweenLooks, [](void* self) { return static_cast<Snapshot*>(self)->stop_.asked() ? 1 : 0; }, this);
  sqlite3_busy_handler(
      db,
      [](void* self, int) {
        const auto& snapshot = *static_cast<Snapshot*>(self);
        if (snapshot.stop_.asked() || std::chrono::steady_clock::now() >= snapshot.give_up_) {
          return 0;
        }
        std::this_thread::sleep_for(kLockPause);
        return 1;
      },
      this);
}

/// BEGIN alone takes no snapshot: the first read does.
Result<void> Snapshot::begin() {
  give_up_ = std::chrono::steady_clock::now() + limits_.wait;
  const auto note_encoding = [](void* self, int, char** values, char**) {
    static_cast<Snapshot*>(self)->keeps_utf16_ = std::string_view{values[0]}.starts_with("UTF-16");
    return 0;
  };
  int code = sqlite3_exec(connection_, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1", nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) {
    code = sqlite3_exec(connection_, "PRAGMA encoding", note_encoding, this, nullptr);
  }
  if (code != SQLITE_OK) {
    return fail(error(code));
  }
  sqlite3_set_authorizer(connection_, authorize, this);
  return {};
}

int Snapshot::authorize(void* self, int action, const char* first, const char* second, const char*, const char*) {
  const std::string_view refused = refusal(action, first, second);
  if (refused.empty()) {
    return SQLITE_OK;
  }
  static_cast<Snapshot*>(self)->refused_ = refused;
  return SQLITE_DENY;
}

Error Snapshot::error(int code) const {
  if (auto stopped = stop_.reason()) {
    return *stopped;
  }
  Error error;
  error.code = code_of(code);
  error.retryable = is_retryable(code);
  const int primary = code & 0xff;
  // Inside a function that is a table, what was refused is an error like any other.
  if ((primary == SQLITE_AUTH || primary == SQLITE_ERROR) && !refused_.empty()) {
    error.reason = "a query only reads: " + refused_ + " is refused";
    return error;
  }
  if (primary == SQLITE_BUSY) {
    error.reason = "the file is locked by somebody who writes to it";
    return error;
  }
  error.reason = connection_ != nullptr ? sqlite3_errmsg(connection_) : sqlite3_errstr(code);
  const int offset = connection_ != nullptr ? sqlite3_error_offset(connection_) : -1;
  if (offset >= 0) {
    error.reason += fmt::format(" (at byte {} of the query)", offset);
  }
  if (error.code != ErrorCode::bad_input) {
    error.reason += fmt::format(" (SQLite {})", code);
  }
  return error;
}

/// Moves `rest` behind the statement; gives no statement where nothing but blanks and comments was left.
Result<Statement> Snapshot::first_statement(const char*& rest, const char* end) {
  while (rest != end) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(connection_, rest, static_cast<int>(end - rest), 0, &statement, &rest);
    Statement prepared{statement};
    if (code != SQLITE_OK) {
      return fail(error(code));
    }
    if (prepared) {
      return prepared;
    }
  }
  return Statement{};
}

Result<Statement> Snapshot::prepare(const std::string& text) {
  if (text.size() > kQueryBytesMax) {
    return fail(ErrorCode::limit_exceeded, fmt::format("the query is longer than {} bytes", kQueryBytesMax));
  }
  if (text.find('\0') != std::string::npos || !is_valid_utf8(text)) {
    return fail(ErrorCode::bad_input, "the query is not text: it holds a NUL, or what is not UTF-8");
  }
  const char* rest = text.data();
  const char* const end = text.data() + text.size();
  auto statement = first_statement(rest, end);
  if (!statement) {
    return statement;
  }
  if (!*statement) {
    return fail(ErrorCode::bad_input, "the query is empty");
  }
  const auto second = first_statement(rest, end);
  if (!second || *second) {
    return fail(ErrorCode::bad_input, "the query is more than one statement");
  }
  if (sqlite3_column_count(statement->get()) == 0) {
    return fail(ErrorCode::bad_input, "the query is not one that returns rows");
  }
  if (sqlite3_stmt_readonly(statement->get()) == 0) {
    return fail(ErrorCode::bad_input, "a query only reads: this one writes");
  }
  return statement;
}

}  // namespace rowprint::sqlite_file
