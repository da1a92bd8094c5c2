#pragma once

#include "connectors/postgres/connection.hpp"
#include "connectors/postgres/row_plan.hpp"
#include "connectors/postgres/row_stream.hpp"
#include "ingest/own_thread.hpp"
#include "ingest/sql/database.hpp"

#include <atomic>
#include <memory>
#include <optional>

namespace rowprint::postgres {

/// The rows of one query of a PostgreSQL database: a connection, a snapshot and a thread of their own.
///
/// Lifecycle: open() once, then as QuerySource. Thread safety: as QuerySource. Between two calls of next() the thread
/// stands by at the connection: a snapshot that nobody reads from is given up after `settings.idle`, and one that is
/// cancelled is closed at once. Errors: as sql::Database says.
class PostgresSource final : public sql::QuerySource {
 public:
  PostgresSource(sql::DatabaseSettings settings, sql::Query query, BatchBuilder::Limits limits);
  ~PostgresSource() override;

  /// Connects, takes the snapshot and has the query checked. Takes at most twice as long as connecting may.
  awaitable<Result<void>> open();

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override;
  std::uint64_t bytes_received() const override { return bytes_received_.load(std::memory_order_relaxed); }
  void cancel() noexcept override { interrupt_->raise(Interrupt::Reason::cancelled); }

 private:
  // These run on the thread.
  Result<void> open_here();
  Result<void> prepare_rows();
  Result<std::optional<Batch>> next_here();
  Result<std::optional<Batch>> fill();
  Result<void> begin();
  void stand_by();
  void close();
  /// The error as it is to be told: what interrupted the connection says more than how it broke.
  Error told(Error error) const;

  sql::DatabaseSettings settings_;
  sql::Query query_;
  std::shared_ptr<Interrupt> interrupt_;
  BatchBuilder builder_;
  std::unique_ptr<Connection> connection_;
  std::optional<RowPlan> plan_;
  std::optional<Wire> wire_;
  std::unique_ptr<RowStream> stream_;
  bool begun_ = false;
  bool ended_ = false;
  std::atomic<std::uint64_t> bytes_received_{0};
  OwnThread thread_;  // last: it joins before anything that it uses goes
};

}  // namespace rowprint::postgres
