#include "store/sqlite/catalog_schema.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

namespace rowprint::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x72703163;  ///< "rp1c"
constexpr std::int64_t kTablesVersion = 3;

constexpr std::string_view kSettings =
    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
    "PRAGMA cache_size=-1024; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF";

/// `hash_state` and `inference_state` are what an append goes on from. A content is the rows of its segments, one after
/// the other. `last_number` stays when versions go, so that no number is given twice.
constexpr std::string_view kTables =
    "CREATE TABLE contents("
    " id INTEGER PRIMARY KEY,"
    " rp1s TEXT NOT NULL UNIQUE,"
    " rp1m TEXT UNIQUE,"
    " schema TEXT NOT NULL,"
    " rows INTEGER NOT NULL,"
    " stored_bytes INTEGER NOT NULL,"
    " hash_state BLOB NOT NULL,"
    " inference_state BLOB NOT NULL) STRICT;"
    "CREATE TABLE segments("
    " content INTEGER NOT NULL REFERENCES contents(id),"
    " ordinal INTEGER NOT NULL,"
    " location TEXT NOT NULL UNIQUE,"
    " PRIMARY KEY(content, ordinal)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE datasets("
    " id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE,"
    " last_number INTEGER NOT NULL) STRICT;"
    "CREATE TABLE versions("
    " dataset INTEGER NOT NULL REFERENCES datasets(id),"
    " number INTEGER NOT NULL,"
    " row_order TEXT NOT NULL,"
    " fingerprint TEXT NOT NULL,"
    " content INTEGER NOT NULL REFERENCES contents(id),"
    " ingest TEXT NOT NULL,"
    " sealed_us INTEGER NOT NULL,"
    " reused INTEGER NOT NULL,"
    " PRIMARY KEY(dataset, number)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX versions_by_content ON versions(content);";

/// What came with version 2. `small_contents` has the rows of those contents whose location says that they lie here.
/// `idempotency_keys` has receipts, whole: what they tell of may be gone.
constexpr std::string_view kTablesOf2 =
    "CREATE TABLE small_contents("
    " content INTEGER PRIMARY KEY REFERENCES contents(id),"
    " rows BLOB NOT NULL) STRICT;"
    "CREATE TABLE idempotency_keys("
    " id INTEGER PRIMARY KEY,"
    " dataset INTEGER NOT NULL REFERENCES datasets(id),"
    " key TEXT NOT NULL,"
    " row_order TEXT NOT NULL,"
    " fingerprint TEXT NOT NULL,"
    " ingest TEXT NOT NULL,"
    " number INTEGER NOT NULL,"
    " rp1s TEXT NOT NULL,"
    " rp1m TEXT,"
    " schema TEXT NOT NULL,"
    " rows INTEGER NOT NULL,"
    " stored_bytes INTEGER NOT NULL,"
    " rows_received INTEGER NOT NULL,"
    " rows_stored INTEGER NOT NULL,"
    " rows_quarantined INTEGER NOT NULL,"
    " bytes_received INTEGER NOT NULL,"
    " reused INTEGER NOT NULL,"
    " started_us INTEGER NOT NULL,"
    " sealed_us INTEGER NOT NULL,"
    " UNIQUE(dataset, key)) STRICT;";

/// What came with version 3: the files of row digests. A set that was stored before has none.
constexpr std::string_view kTablesOf3 =
    "CREATE TABLE row_digests("
    " content INTEGER PRIMARY KEY REFERENCES contents(id),"
    " file TEXT NOT NULL UNIQUE) STRICT;";

Result<std::string> first_value(Database& database, std::string_view sql) {
  auto statement = database.prepare(sql);
  if (!statement) {
    return fail(std::move(statement.error()));
  }
  auto row = statement->step();
  if (!row) {
    return fail(std::move(row.error()));
  }
  return *row ? std::string{statement->text(0)} : std::string{};
}

/// Makes tables and says which version they are, both or neither.
Result<void> make_tables(Database& database, std::string_view tables) {
  auto made =
      database.execute(fmt::format("BEGIN IMMEDIATE; {} PRAGMA application_id={}; PRAGMA user_version={}; COMMIT",
                                   tables, kApplicationId, kTablesVersion));
  if (!made && database.in_transaction()) {
    static_cast<void>(database.execute("ROLLBACK"));
  }
  return made;
}

Result<void> set_up(Database& database) {
  if (auto set = database.execute(std::string{kSettings}); !set) {
    return set;
  }
  auto mode = first_value(database, "PRAGMA journal_mode=WAL");
  if (!mode) {
    return fail(std::move(mode.error()));
  }
  if (*mode != "wal") {
    return fail(ErrorCode::internal, database.path() + ": SQLite takes no write-ahead log here");
  }
  auto application = first_value(database, "PRAGMA application_id");
  if (!application) {
    return fail(std::move(application.error()));
  }
  auto version = first_value(database, "PRAGMA user_version");
  if (!version) {
    return fail(std::move(version.error()));
  }
  auto objects = first_value(database, "SELECT count(*) FROM sqlite_schema");
  if (!objects) {
    return fail(std::move(objects.error()));
  }
  if (*objects == "0") {
    return make_tables(database, std::string{kTables}.append(kTablesOf2).append(kTablesOf3));
  }
  if (*application != std::to_string(kApplicationId)) {
    return fail(ErrorCode::corrupt, database.path() + ": is not a catalog of rowprint");
  }
  if (*version == "1") {
    return make_tables(database, std::string{kTablesOf2}.append(kTablesOf3));
  }
  if (*version == "2") {
    return make_tables(database, kTablesOf3);
  }
  if (*version != std::to_string(kTablesVersion)) {
    return fail(ErrorCode::conflict,
                fmt::format("{}: was written by another rowprint (tables of version {}; this one knows {})",
                            database.path(), *version, kTablesVersion));
  }
  return {};
}

}  // namespace

Result<Database> open_catalog(const Vfs& vfs, const std::string& path) {
  auto database = Database::open(vfs, path, Database::Access::create);
  if (!database) {
    return database;
  }
  if (auto ready = set_up(*database); !ready) {
    return fail(std::move(ready.error()));
  }
  return database;
}

}  // namespace rowprint::sqlite
