#include "tests/unit/connectors/sqlite/asking.hpp"

#include <sys/stat.h>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace rowprint::sqlite_file::test {
namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

/// The rows of a table of 20,000, in many batches.
Result<std::unique_ptr<sql::QuerySource>> open_many(const SqliteFile& file) {
  BatchBuilder::Limits limits;
  limits.batch_rows = 100;
  return open_query(file, {"SELECT v FROM t ORDER BY rowid", {}, {}}, limits);
}

constexpr const char* kManyRows =
    "CREATE TABLE t (v); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
    "INSERT INTO t SELECT i FROM n";

TEST(SqliteSnapshot, RowsWrittenAfterItAreNotSeen) {
  SqliteFile file{"PRAGMA journal_mode = WAL"};
  file.execute(kManyRows);
  auto source = open_many(file);
  ASSERT_TRUE(source) << source.error().text();
  file.execute("UPDATE t SET v = -1");
  ASSERT_TRUE(wait(workers(), (*source)->next()));
  file.execute("DELETE FROM t");
  const auto rows = wait(workers(), drain(**source));
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->size(), 19'900U);
  EXPECT_EQ(rows->back(), (Row{{"v", {std::int64_t{20'000}}}}));
}

TEST(SqliteSnapshot, AWriterWithoutALogWaitsUntilTheRowsEnd) {
  SqliteFile file;
  file.execute(kManyRows);
  auto source = open_many(file);
  ASSERT_TRUE(source) << source.error().text();
  EXPECT_THROW(file.execute("DELETE FROM t"), std::runtime_error);
  const auto rows = wait(workers(), drain(**source));
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->size(), 20'000U);
  EXPECT_NO_THROW(file.execute("DELETE FROM t"));
}

TEST(SqliteSnapshot, ADestroyedSourceLetsGoOfTheFile) {
  SqliteFile file;
  file.execute(kManyRows);
  auto source = open_many(file);
  ASSERT_TRUE(source) << source.error().text();
  ASSERT_TRUE(wait(workers(), (*source)->next()));
  EXPECT_TRUE(file.is_open_elsewhere());
  source->reset();
  EXPECT_FALSE(file.is_open_elsewhere());
  EXPECT_NO_THROW(file.execute("DELETE FROM t"));
}

TEST(SqliteSnapshot, RowsThatAreOnlyInTheLogAreReadAndNoByteIsWritten) {
  SqliteFile file{"PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0"};
  file.execute("CREATE TABLE t (v); INSERT INTO t VALUES (7)");
  const std::string before = bytes_of(file.path());
  const std::string log_before = bytes_of(file.path() + "-wal");
  ASSERT_FALSE(log_before.empty());
  EXPECT_EQ(*ask_value(file, "SELECT v FROM t"), Value{std::int64_t{7}});
  EXPECT_EQ(bytes_of(file.path()), before);
  EXPECT_EQ(bytes_of(file.path() + "-wal"), log_before);
}

TEST(SqliteSnapshot, ALogThatItsWriterLeftBehindIsReadAndStays) {
  SqliteFile file{"PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0"};
  file.execute("CREATE TABLE t (v); INSERT INTO t VALUES (7)");
  const SqliteFile left;
  std::filesystem::copy_file(file.path(), left.path(), std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy_file(file.path() + "-wal", left.path() + "-wal");
  const std::string log_before = bytes_of(left.path() + "-wal");
  EXPECT_EQ(*ask_value(left, "SELECT v FROM t"), Value{std::int64_t{7}});
  EXPECT_EQ(bytes_of(left.path() + "-wal"), log_before);
  EXPECT_EQ(bytes_of(left.path()), bytes_of(file.path()));
}

TEST(SqliteSnapshot, ALockedFileIsWaitedForAndThenUnavailable) {
  SqliteFile file;
  file.execute("CREATE TABLE t (v); BEGIN EXCLUSIVE");
  const auto begin = std::chrono::steady_clock::now();
  const auto source = open_query(file, {"SELECT v FROM t", {}, {}});
  const auto waited = std::chrono::steady_clock::now() - begin;
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(source.error().retryable);
  EXPECT_GE(waited, std::chrono::milliseconds{200});
  file.execute("COMMIT");
  EXPECT_TRUE(ask(file, "SELECT v FROM t"));
}

TEST(SqliteSnapshot, AFileThatIsNotThereIsNamed) {
  sql::DatabaseSettings settings;
  settings.url = "sqlite:////nowhere/at/all.db";
  const auto source = open_query(settings, {"SELECT 1 AS a", {}, {}});
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(source.error().retryable);
  EXPECT_EQ(source.error().reason, "there is no file /nowhere/at/all.db");
}

TEST(SqliteSnapshot, WhatIsNoFileIsRefusedAndDoesNotHoldItsReader) {
  const SqliteFile file;
  const std::string pipe = file.folder() + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path : {pipe, file.folder()}) {
    sql::DatabaseSettings settings;
    settings.url = "sqlite:///" + path;
    const auto source = open_query(settings, {"SELECT 1 AS a", {}, {}});
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().reason, path + " is not a regular file");
  }
}

TEST(SqliteSnapshot, AFileOfSomethingElseIsRefused) {
  const SqliteFile file;
  const std::string path = file.folder() + "/notes.txt";
  std::ofstream{path} << std::string(5000, 'x');
  sql::DatabaseSettings settings;
  settings.url = "sqlite:///" + path;
  const auto source = open_query(settings, {"SELECT 1 AS a", {}, {}});
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::bad_input);
  EXPECT_EQ(source.error().reason, path + ": file is not a database");
}

TEST(SqliteSnapshot, APathIsAPathWhateverSqliteTakesItFor) {
  const SqliteFile file;
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(file.folder());
  for (const char* name : {"file:x", "file::memory:", "a b?c"}) {
    std::filesystem::copy_file(file.path(), std::filesystem::path{file.folder()} / name);
    sql::DatabaseSettings settings;
    settings.url = std::string{"sqlite:///"} + (std::string{name} == "a b?c" ? "a%20b%3Fc" : name);
    const auto source = open_query(settings, {"SELECT 1 AS a", {}, {}});
    EXPECT_TRUE(source) << name << ": " << source.error().text();
  }
  std::filesystem::current_path(here);
}

TEST(SqliteDatabase, SaysWhatItIsAndWhatIsThere) {
  const SqliteFile file;
  auto database = open_sqlite(settings_of(file));
  ASSERT_TRUE(database);
  EXPECT_EQ((*database)->description(), "sqlite:///" + file.path());
  const auto there = wait(workers(), (*database)->test());
  ASSERT_TRUE(there) << there.error().text();
  EXPECT_TRUE(there->starts_with("SQLite 3.")) << *there;
  std::filesystem::remove(file.path());
  const auto gone = wait(workers(), (*database)->test());
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::unavailable);
}

TEST(SqliteDatabase, ASourceOutlivesIt) {
  SqliteFile file;
  file.execute("CREATE TABLE t (v); INSERT INTO t VALUES (7)");
  auto database = open_sqlite(settings_of(file));
  auto source = (*database)->query({"SELECT v FROM t", {}, {}}, {});
  ASSERT_TRUE(source) << source.error().text();
  database->reset();
  ASSERT_TRUE(wait(workers(), (*source)->open()));
  const auto rows = wait(workers(), drain(**source));
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->size(), 1U);
}

}  // namespace
}  // namespace rowprint::sqlite_file::test
