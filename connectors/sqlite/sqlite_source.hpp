#pragma once

#include "connectors/sqlite/row_reader.hpp"
#include "connectors/sqlite/snapshot.hpp"
#include "connectors/sqlite/stop.hpp"
#include "ingest/own_thread.hpp"
#include "ingest/sql/database.hpp"

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace rowprint::sqlite_file {

/// The rows of a query on a SQLite file.
///
/// Lifecycle: as QuerySource; connect() instead of open() only tries the file. The snapshot ends with the rows, an
/// error, cancel(), a timeout or the source. Thread safety, errors: as QuerySource. SQLite is called on the source's
/// own thread only.
class SqliteSource final : public sql::QuerySource {
 public:
  SqliteSource(std::string path, sql::DatabaseSettings settings, sql::Query query = {},
               BatchBuilder::Limits limits = {});
  ~SqliteSource() override;

  /// Opens the file and takes the snapshot.
  awaitable<Result<void>> connect();
  awaitable<Result<void>> open() override;
  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override { return query_.output; }
  std::uint64_t bytes_received() const override { return bytes_received_; }
  void cancel() noexcept override;

 private:
  using Clock = std::chrono::steady_clock;

  // On the source's thread:
  Result<void> open_snapshot();
  Result<void> start();
  Result<std::optional<Batch>> read_batch();
  void wait_for_reader();
  void release_if_forgotten();
  void release();

  const std::string path_;
  const sql::DatabaseSettings settings_;
  const sql::Query query_;
  const BatchBuilder::Limits limits_;
  std::uint64_t bytes_received_ = 0;

  Stop stop_;
  std::unique_ptr<Snapshot> snapshot_;
  std::unique_ptr<RowReader> rows_;
  std::optional<Error> gone_;  ///< why there is no snapshot any more
  /// Goes off when nobody has read for too long. On the thread of its executor, which waits for it.
  std::optional<boost::asio::steady_timer> timer_;
  Clock::time_point forgotten_ = Clock::time_point::max();
  OwnThread thread_;  ///< the last member: what runs on it uses the others
};

}  // namespace rowprint::sqlite_file
