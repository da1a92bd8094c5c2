#include "tests/integration/postgres/reading.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <csignal>
#include <future>
#include <thread>

/// One snapshot, its bounds, and its ends.
namespace rowprint::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const PostgresServer& server() {
  return PostgresServer::shared();
}

/// Whether no query of ours is left on the server within a second.
bool is_quiet() {
  const auto deadline = steady_clock::now() + 1s;
  for (;;) {
    if (server().execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rowprint'") == "0") {
      return true;
    }
    if (steady_clock::now() > deadline) {
      return false;
    }
    std::this_thread::sleep_for(10ms);
  }
}

/// Reads on in another thread, while the test does something to it.
std::future<Result<std::optional<Batch>>> read_on(Reading& reading) {
  return std::async(std::launch::async, [&reading] { return reading.next(); });
}

// In the list of columns, where the server makes one row after the other; behind FROM it would make all of them first.
const std::string kEndless = "SELECT generate_series(1, 1000000000) AS n, repeat('x', 100) AS t";
const std::string kSilent = "SELECT pg_sleep(3600)::text AS a";

TEST(PostgresSession, IsOneReadOnlySnapshot) {
  server().execute("DROP TABLE IF EXISTS moving; CREATE TABLE moving AS SELECT 1 AS a");
  Reading reading{
      query("SELECT a, (SELECT count(*) FROM moving) AS n, current_setting('transaction_isolation') AS i, "
            "current_setting('transaction_read_only') AS r FROM moving")};
  ASSERT_TRUE(reading.opened) << reading.opened.error().text();
  server().execute("INSERT INTO moving VALUES (2)");
  const auto rows = wait(reading.workers, drain(*reading.rows));
  ASSERT_TRUE(rows);
  EXPECT_EQ(*rows, (std::vector<Row>{{{"a", {std::int64_t{1}}},
                                      {"n", {std::int64_t{1}}},
                                      {"i", {std::string{"repeatable read"}}},
                                      {"r", {std::string{"on"}}}}}));
}

TEST(PostgresSession, FixesWhatShapesText) {
  server().execute(
      "ALTER ROLE rowprint SET TimeZone = 'Asia/Tokyo'; ALTER ROLE rowprint SET DateStyle = 'German';"
      "ALTER ROLE rowprint SET IntervalStyle = 'postgres_verbose'; ALTER ROLE rowprint SET bytea_output = 'escape';"
      "ALTER ROLE rowprint SET extra_float_digits = -5; ALTER ROLE rowprint SET client_encoding = 'LATIN1'");
  const auto rows = read_all(
      "SELECT timestamptz '2024-01-01 00:00+00'::text || '|' || interval '1 day 2 hours'::text || '|' || "
      "'\\x00'::bytea::text || '|' || (0.1::float8 + 0.2::float8)::text || '|' || 12.5::money::text || 'ż' AS t, "
      "'2024-01-01'::timestamptz AS at, current_setting('application_name') AS n");
  server().execute("ALTER ROLE rowprint RESET ALL");
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ((*rows)[0][0].second,
            Value{std::string{"2024-01-01 00:00:00+00|P1DT2H|\\x00|0.30000000000000004|$12.50ż"}});
  EXPECT_EQ((*rows)[0][1].second, (Value{TimestampTz{1704067200, 0}}));
  EXPECT_EQ((*rows)[0][2].second, Value{std::string{"rowprint"}});
}

TEST(PostgresSession, BatchesAreBoundedAndGoOn) {
  Reading reading{query("SELECT n FROM generate_series(1, 1000) n"), settings(), {.batch_rows = 300}};
  ASSERT_TRUE(reading.opened);
  std::vector<std::pair<std::uint64_t, std::size_t>> batches;
  for (auto batch = reading.next(); batch && *batch; batch = reading.next()) {
    batches.emplace_back((*batch)->first_row(), (*batch)->rows());
  }
  EXPECT_THAT(batches, testing::ElementsAre(testing::Pair(1, 300), testing::Pair(301, 300), testing::Pair(601, 300),
                                            testing::Pair(901, 100)));
  EXPECT_GT(reading.rows->bytes_received(), 8000U);
}

TEST(PostgresSession, ASlowQueryIsSeenToMove) {
  // The server itself holds back 8 KiB.
  Reading reading{
      query("SELECT repeat('x', 20000) AS t, CASE WHEN n > 2 THEN pg_sleep(2)::text END AS u "
            "FROM generate_series(1, 3) n")};
  ASSERT_TRUE(reading.opened);
  const auto begun = steady_clock::now();
  const auto batch = reading.next();
  ASSERT_TRUE(batch && *batch);
  EXPECT_LT((*batch)->rows(), 3U);
  EXPECT_LT(steady_clock::now() - begun, 1500ms);
}

TEST(PostgresSession, CancelEndsAWaitingReadAtOnceAndTheQueryWithinASecond) {
  for (const sql::Query& asked : {query(kSilent), query(kSilent + " WHERE :yes", {{"yes", Type::boolean, "true"}})}) {
    Reading reading{asked};
    ASSERT_TRUE(reading.opened) << reading.opened.error().text();
    auto batch = read_on(reading);
    std::this_thread::sleep_for(100ms);
    const auto cancelled = steady_clock::now();
    reading.rows->cancel();
    reading.rows->cancel();
    const auto ended = batch.get();
    EXPECT_LT(steady_clock::now() - cancelled, 500ms);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::cancelled);
    EXPECT_TRUE(is_quiet());
  }
}

TEST(PostgresSession, CancelEndsAQueryThatNobodyReadsFrom) {
  Reading reading{query(kEndless)};
  ASSERT_TRUE(reading.opened);
  ASSERT_TRUE(reading.next());
  std::this_thread::sleep_for(200ms);  // until the server is stuck in writing, where it hears no cancel request
  reading.rows->cancel();
  EXPECT_TRUE(is_quiet());
  const auto ended = reading.next();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::cancelled);
}

TEST(PostgresSession, CancelBeforeTheFirstReadCounts) {
  Reading reading{query(kEndless)};
  ASSERT_TRUE(reading.opened);
  reading.rows->cancel();
  EXPECT_TRUE(is_quiet());
  EXPECT_EQ(reading.next().error().code, ErrorCode::cancelled);
}

TEST(PostgresSession, DestroyingTheSourceEndsTheQuery) {
  for (const bool begun : {false, true}) {
    Reading reading{query(kEndless)};
    ASSERT_TRUE(reading.opened);
    if (begun) {
      ASSERT_TRUE(reading.next());
    }
    reading.rows.reset();
    EXPECT_TRUE(is_quiet()) << begun;
  }
}

TEST(PostgresSession, TheEndClosesTheConnection) {
  Reading reading{query("SELECT 1 AS a")};
  ASSERT_TRUE(reading.opened);
  ASSERT_TRUE(wait(reading.workers, drain(*reading.rows)));
  EXPECT_TRUE(is_quiet());
}

TEST(PostgresSession, AStatementThatTakesTooLongIsALimit) {
  auto bounded = settings();
  bounded.statement = 200ms;
  for (const sql::Query& asked : {query(kSilent), query(kSilent + " WHERE :yes", {{"yes", Type::boolean, "true"}})}) {
    const Error error = refusal_of(asked, bounded);
    EXPECT_EQ(error.code, ErrorCode::limit_exceeded) << error.reason;
    EXPECT_THAT(error.reason, HasSubstr("statement timeout"));
  }
  // Many short statements are one query.
  const Error error = refusal_of(
      query("SELECT pg_sleep(0.0001)::text AS a FROM generate_series(1, :n) n", {{"n", Type::integer, "1000000"}}),
      bounded);
  EXPECT_EQ(error.code, ErrorCode::limit_exceeded) << error.reason;
  EXPECT_TRUE(is_quiet());
}

TEST(PostgresSession, ASnapshotThatNobodyReadsIsGivenUp) {
  auto impatient = settings();
  impatient.idle = 200ms;
  Reading reading{query(kEndless), impatient};
  ASSERT_TRUE(reading.opened);
  ASSERT_TRUE(reading.next());
  std::this_thread::sleep_for(400ms);
  EXPECT_TRUE(is_quiet());
  const auto ended = reading.next();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::limit_exceeded) << ended.error().reason;
}

TEST(PostgresSession, ATerminatedBackendIsUnavailableForNow) {
  Reading reading{query(kSilent)};
  ASSERT_TRUE(reading.opened);
  auto batch = read_on(reading);
  std::this_thread::sleep_for(100ms);
  server().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rowprint'");
  const auto ended = batch.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::unavailable) << ended.error().reason;
  EXPECT_TRUE(ended.error().retryable);
  EXPECT_THAT(ended.error().reason, HasSubstr("57P01"));
}

TEST(PostgresSession, AServerThatStopsIsUnavailableForNow) {
  for (const int signal : {SIGINT, SIGQUIT}) {
    PostgresServer own;
    auto to = settings();
    to.url = own.url();
    Reading reading{query(kSilent), to};
    ASSERT_TRUE(reading.opened) << reading.opened.error().text();
    auto batch = read_on(reading);
    std::this_thread::sleep_for(100ms);
    own.stop(signal);
    const auto ended = batch.get();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::unavailable) << ended.error().reason;
    EXPECT_TRUE(ended.error().retryable);
    const Error gone = refusal_of(query("SELECT 1 AS a"), to);
    EXPECT_EQ(gone.code, ErrorCode::unavailable);
    EXPECT_TRUE(gone.retryable);
  }
}

TEST(PostgresSession, APeerThatSaysNothingIsUnavailableInTime) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor silent{io, {boost::asio::ip::address_v4::loopback(), 0}};
  auto to = settings();
  to.url = "postgresql://rowprint@127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/postgres";
  to.connect = 200ms;
  const auto begun = steady_clock::now();
  const Error error = refusal_of(query("SELECT 1 AS a"), to);
  EXPECT_LT(steady_clock::now() - begun, 1s);
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_TRUE(error.retryable);
}

TEST(PostgresSession, AQueryThatWaitsForALockIsUnavailableInTime) {
  server().execute("DROP TABLE IF EXISTS locked; CREATE TABLE locked (a int)");
  auto holder =
      std::async(std::launch::async, [] { server().execute("BEGIN; LOCK TABLE locked; SELECT pg_sleep(2); COMMIT"); });
  std::this_thread::sleep_for(200ms);
  auto to = settings();
  to.connect = 300ms;
  const auto begun = steady_clock::now();
  const Error error = refusal_of(query("SELECT a FROM locked"), to);
  EXPECT_LT(steady_clock::now() - begun, 1500ms);
  EXPECT_EQ(error.code, ErrorCode::unavailable) << error.reason;
  EXPECT_TRUE(error.retryable);
  EXPECT_TRUE(is_quiet());
  holder.get();
}

TEST(PostgresSession, ConnectingSaysWhatIsThere) {
  boost::asio::thread_pool workers{1};
  const auto database = postgres::open_postgres(settings());
  ASSERT_TRUE(database);
  const auto name = wait(workers, (*database)->test());
  ASSERT_TRUE(name) << name.error().text();
  EXPECT_EQ(*name, "PostgreSQL " + server().execute("SELECT split_part(current_setting('server_version'), ' ', 1)"));
}

TEST(PostgresSession, RefusalsToConnectCarryNoSecret) {
  server().execute("DROP ROLE IF EXISTS guarded; CREATE ROLE guarded LOGIN PASSWORD 'right'");
  const auto data = server().folder() / "data";
  server().execute(
      "COPY (VALUES ('host all guarded 127.0.0.1/32 scram-sha-256'), ('host all all 127.0.0.1/32 trust'), "
      "('local all all trust')) TO '" +
      (data / "pg_hba.conf").string() + "'");
  server().execute("SELECT pg_reload_conf()");
  const std::string host = "127.0.0.1:" + std::to_string(server().port());
  auto to = settings();
  to.url = "postgresql://guarded:S3cret@" + host + "/postgres";
  const Error wrong = refusal_of(query("SELECT 1 AS a"), to);
  EXPECT_EQ(wrong.code, ErrorCode::unavailable) << wrong.text();
  EXPECT_FALSE(wrong.retryable);
  EXPECT_THAT(wrong.reason, AllOf(HasSubstr("28P01"), HasSubstr("guarded"), Not(HasSubstr("S3cret"))));

  to.url = "postgresql://guarded@" + host + "/postgres";
  const Error none = refusal_of(query("SELECT 1 AS a"), to);
  EXPECT_EQ(none.code, ErrorCode::unavailable) << none.text();
  EXPECT_FALSE(none.retryable);

  to.password = "right";
  EXPECT_TRUE(read_all(query("SELECT 1 AS a"), to));

  to.url = "postgresql://rowprint@" + host + "/nowhere";
  const Error nowhere = refusal_of(query("SELECT 1 AS a"), to);
  EXPECT_EQ(nowhere.code, ErrorCode::unavailable);
  EXPECT_FALSE(nowhere.retryable);
  EXPECT_THAT(nowhere.reason, HasSubstr("3D000"));
}

}  // namespace
}  // namespace rowprint::test
