#pragma once

#include "ingest/source.hpp"
#include "ingest/sql/query.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace rowprint::sql {

/// How a database is reached. `url` and `password` may hold secrets: they are never printed, logged or stored.
struct DatabaseSettings {
  std::string url;  ///< postgresql://…, sqlite:///…
  /// From a file or the environment. Nothing: what the URL says, or the library finds on its own (PGPASSWORD, .pgpass).
  std::optional<std::string> password;
  std::chrono::milliseconds connect{10'000};  ///< to connect
  std::chrono::milliseconds statement{0};     ///< for the whole query; 0: no bound
  std::chrono::milliseconds idle{600'000};    ///< a snapshot that nobody reads from is given up after it; 0: never
  /// The values of a row, in bytes as the database gives them; a longer row is refused before it is copied.
  std::size_t row_bytes_max = 1U << 20U;
};

/// The rows of a query, read under one snapshot.
///
/// Lifecycle: open() once, then as Source; destroying it ends the query and the connection. Thread safety: cancel()
/// from any thread, any number of times; the rest as Source. A library that blocks runs on a thread of the source's
/// own.
class QuerySource : public Source {
 public:
  /// Connects, checks that the text is one statement that returns rows, and takes a read-only snapshot. After it
  /// declared() has every column whose type the database knows. Errors: as Database.
  virtual awaitable<Result<void>> open() = 0;
  /// The query ends on the server within a second; open() and next(), also those under way, then give `cancelled`. Only
  /// the looking up of a host's name is not cut short. Does not block.
  virtual void cancel() noexcept = 0;
};

/// A SQL database that can be asked.
///
/// Thread safety: all functions from any thread; each query has a connection of its own. Ownership: sources may outlive
/// their database. No function blocks its thread. Errors carry neither URL nor password: unavailable (retryable)
/// when the database cannot be reached or breaks off, bad_input with the server's words for what is wrong about the
/// query, limit_exceeded when a timeout of the settings passes, unsupported_value with row and column for a value
/// without an exact form, cancelled.
class Database {
 public:
  virtual ~Database() = default;
  /// For people, without secrets: `postgresql://reader@db1:5432/sales`.
  virtual std::string description() const = 0;
  /// Connects, and says what is there: `PostgreSQL 15.5`.
  virtual awaitable<Result<std::string>> test() = 0;
  /// The rows of a query, still to be opened. Errors: busy, where there is no room for one more.
  virtual Result<std::unique_ptr<QuerySource>> query(Query query, BatchBuilder::Limits limits) = 0;
};

}  // namespace rowprint::sql
