#include "tests/unit/connectors/sqlite/asking.hpp"

#include <chrono>
#include <future>
#include <thread>

namespace rowprint::sqlite_file::test {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr const char* kEndless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS n FROM n";
constexpr const char* kEndlessRows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
/// One step of this takes long, in functions that know no interruption.
constexpr const char* kSlowSteps =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT sum(instr(zeroblob(2000000), x'01' || i)) AS n FROM n";
/// Against queries that would run for hours: long enough for a sanitizer on a busy machine.
constexpr milliseconds kSoon{20'000};
constexpr const char* kSorting =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) "
    "SELECT i, random() AS r FROM n ORDER BY r";

class SqliteCancel : public ::testing::TestWithParam<const char*> {};

/// Cancels while next() is under way. How long it took to end, and with what.
std::pair<milliseconds, Error> cancel_during_next(const char* query, milliseconds after) {
  const SqliteFile file;
  auto source = open_query(file, {query, {}, {}});
  EXPECT_TRUE(source) << source.error().text();
  auto reading = std::async(std::launch::async, [&] { return wait(workers(), drain(**source)); });
  std::this_thread::sleep_for(after);
  const auto begin = Clock::now();
  (*source)->cancel();
  const auto rows = reading.get();
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
  EXPECT_FALSE(file.is_open_elsewhere());
  return {took, rows ? Error{} : rows.error()};
}

TEST_P(SqliteCancel, EndsWhatIsUnderWayWithinASecond) {
  const auto [took, error] = cancel_during_next(GetParam(), milliseconds{150});
  EXPECT_EQ(error.code, ErrorCode::cancelled) << error.text();
  EXPECT_FALSE(error.row);
  EXPECT_LT(took, milliseconds{1000});
}

INSTANTIATE_TEST_SUITE_P(Queries, SqliteCancel, ::testing::Values(kEndless, kEndlessRows, kSlowSteps, kSorting));

TEST(SqliteCancel, BetweenTwoBatchesLetsGoOfTheFileAtOnce) {
  const SqliteFile file;
  auto source = open_query(file, {kEndlessRows, {}, {}});
  ASSERT_TRUE(source) << source.error().text();
  ASSERT_TRUE(wait(workers(), (*source)->next()));
  EXPECT_TRUE(file.is_open_elsewhere());
  (*source)->cancel();
  (*source)->cancel();
  const auto end = Clock::now() + kSoon;
  while (file.is_open_elsewhere() && Clock::now() < end) {
    std::this_thread::sleep_for(milliseconds{1});
  }
  EXPECT_FALSE(file.is_open_elsewhere());
  const auto batch = wait(workers(), (*source)->next());
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().code, ErrorCode::cancelled);
}

TEST(SqliteTimeout, AQueryThatTakesLongerIsEnded) {
  const SqliteFile file;
  for (const char* query : {kEndless, kEndlessRows, kSlowSteps}) {
    sql::DatabaseSettings settings = settings_of(file);
    settings.statement = milliseconds{150};
    const auto begin = Clock::now();
    auto source = open_query(settings, {query, {}, {}});
    ASSERT_TRUE(source) << source.error().text();
    const auto rows = wait(workers(), drain(**source));
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, ErrorCode::limit_exceeded);
    EXPECT_EQ(rows.error().reason, "the query took longer than its 150 ms");
    EXPECT_GE(Clock::now() - begin, milliseconds{150});
    EXPECT_LT(Clock::now() - begin, kSoon);
    EXPECT_FALSE(file.is_open_elsewhere());
  }
}

/// Reads one batch, waits until the file is let go of, and gives what the next batch is refused with.
Error forget(const SqliteFile& file, const sql::DatabaseSettings& settings) {
  auto source = open_query(settings, {kEndlessRows, {}, {}});
  EXPECT_TRUE(source) << source.error().text();
  EXPECT_TRUE(wait(workers(), (*source)->next()));
  const auto end = Clock::now() + kSoon;
  while (file.is_open_elsewhere() && Clock::now() < end) {
    std::this_thread::sleep_for(milliseconds{1});
  }
  EXPECT_FALSE(file.is_open_elsewhere());
  const auto batch = wait(workers(), (*source)->next());
  return batch ? Error{} : batch.error();
}

TEST(SqliteTimeout, ASnapshotThatNobodyReadsFromIsGivenUp) {
  const SqliteFile file;
  sql::DatabaseSettings settings = settings_of(file);
  settings.idle = milliseconds{50};
  const Error error = forget(file, settings);
  EXPECT_EQ(error.code, ErrorCode::limit_exceeded);
  EXPECT_NE(error.reason.find("nobody read from the snapshot for 50 ms"), std::string::npos) << error.reason;
}

TEST(SqliteTimeout, TheTimeOfTheQueryRunsOutWhileNobodyReads) {
  const SqliteFile file;
  sql::DatabaseSettings settings = settings_of(file);
  settings.statement = milliseconds{1000};
  EXPECT_EQ(forget(file, settings).reason, "the query took longer than its 1000 ms");
}

TEST(SqliteTimeout, AReaderThatComesInTimeIsNotForgotten) {
  const SqliteFile file;
  sql::DatabaseSettings settings = settings_of(file);
  settings.idle = milliseconds{1000};
  auto source = open_query(settings, {kEndlessRows, {}, {}});
  ASSERT_TRUE(source) << source.error().text();
  for (int i = 0; i < 8; ++i) {
    std::this_thread::sleep_for(milliseconds{150});
    const auto batch = wait(workers(), (*source)->next());
    ASSERT_TRUE(batch) << batch.error().text();
  }
}

TEST(SqliteTimeout, NoneLeavesTheSnapshotAlone) {
  const SqliteFile file;
  sql::DatabaseSettings settings = settings_of(file);
  settings.idle = milliseconds{0};
  settings.statement = milliseconds{0};
  auto source = open_query(settings, {kEndlessRows, {}, {}});
  ASSERT_TRUE(source) << source.error().text();
  ASSERT_TRUE(wait(workers(), (*source)->next()));
  std::this_thread::sleep_for(milliseconds{100});
  EXPECT_TRUE(wait(workers(), (*source)->next()));
}

}  // namespace
}  // namespace rowprint::sqlite_file::test
