#pragma once

#include "hashing/fingerprint.hpp"
#include "ingest/source.hpp"
#include "ingest/sql/database.hpp"
#include "ingest/tee.hpp"
#include "ingest/wait.hpp"
#include "tests/support/rows_source.hpp"

#include <gtest/gtest.h>

#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint::test {

/// Rows `{id: i, text: counted_text(i)}` from i = 1 on, made while they are read; and what is wrong with one of them.
struct CountedRows {
  std::uint64_t rows = 0;
  std::uint64_t refused = 0;  ///< the row whose text the kind of source has to refuse; 0: none
  std::uint64_t failing = 0;  ///< the row in place of which whatever makes the rows breaks off; 0: none
};
/// About a hundred bytes.
std::string counted_text(std::uint64_t row);
/// What follows the number in counted_text().
constexpr std::string_view kCountedTail =
    ": the quick brown fox jumps over the lazy dog, and the lazy dog lets it, day after day";
Row counted_row(std::uint64_t row);
/// In whatever order the columns came.
bool is_counted_row(const Row& row, std::uint64_t number);

/// A kind of source under the contract, and the place its rows come from: a file, a server.
///
/// Lifecycle: outlives the sources it opened. open() and its like throw std::runtime_error where the place itself
/// fails.
class ContractedSource {
 public:
  virtual ~ContractedSource() = default;

  /// Whether a column declared as `type` can be made to give exactly this value. Null: whether there can be such a
  /// column at all.
  virtual bool expresses(const Value& value, Type type) const = 0;
  /// The names of those value_cases() that it does not express. The contract holds this list to be exact.
  virtual std::vector<std::string> cannot_express() const { return {}; }
  /// A source of these rows in their order, every column of the schema declared. Each value is one that expresses().
  virtual std::unique_ptr<Source> open(const Schema& schema, const std::vector<Row>& rows,
                                       BatchBuilder::Limits limits) = 0;
  virtual std::unique_ptr<Source> open_counted(const CountedRows& counted, BatchBuilder::Limits limits) = 0;
  /// Whether what open_counted() reads from is held: a coroutine's frame, a stream, a server's query, a file.
  virtual bool is_held() = 0;
  /// Whether rows are bytes from outside, which are counted.
  virtual bool is_outside() const { return true; }
  /// Whether its first row takes all of its bytes, which are then somewhere else than in memory.
  virtual bool needs_all() const { return false; }
};

/// A kind of source that is a SQL database: the rest of the contract is about its queries.
class ContractedDatabase : public ContractedSource {
 public:
  virtual sql::Database& database() = 0;
  /// Gives rows without end.
  virtual std::string endless_rows() const = 0;
  /// Computes without end before its first row.
  virtual std::string endless_computation() const = 0;
  /// Returns once the endless computation that is being read computes.
  virtual void await_computation() = 0;
  /// A statement that would change what is in the database, and a query that would then give something else.
  virtual std::string change() const = 0;
  virtual std::string look() const = 0;

 protected:
  std::unique_ptr<Source> open_query(sql::Query query, BatchBuilder::Limits limits);

 private:
  boost::asio::thread_pool workers_{1};
};
/// A query that has been opened, or why it could not be. Blocks.
Result<std::unique_ptr<sql::QuerySource>> ask_database(boost::asio::thread_pool& workers, sql::Database& database,
                                                       sql::Query query, BatchBuilder::Limits limits);
/// A name or a text as SQL writes it.
std::string in_quotes(std::string_view text, char quote);

/// How a kind of source takes part in the contract: one make_contracted_…() in a file of its own, and one line in
/// registered_sources().
struct RegisteredSource {
  enum class Kind : std::uint8_t { generator, concrete, database };
  const char* name;
  Kind kind;
  std::function<std::unique_ptr<ContractedSource>()> make;  ///< of a database: a ContractedDatabase
};
std::vector<RegisteredSource> registered_sources();
std::vector<RegisteredSource> registered_sources(RegisteredSource::Kind kind);
void PrintTo(const RegisteredSource& source, std::ostream* out);

/// One value in a column of one type.
struct ValueCase {
  const char* name;
  Type type;
  Value value;
};
/// Every type and its edges: what the kinds of sources are compared by.
const std::vector<ValueCase>& value_cases();

/// Both fingerprints of rows under a schema, by the format's own rules: no batch, no cell, no inference.
struct Identity {
  std::string sequence;
  std::string multiset;
  bool operator==(const Identity&) const = default;
};
Identity identity_of(const Schema& schema, const std::vector<Row>& rows);

/// Looks until `done`, but not for ever: only what never comes is late. Whether it was done.
bool comes_true(const std::function<bool()>& done);

/// A fresh kind of source. The laws are the same for all kinds.
class SourceContract : public ::testing::TestWithParam<RegisteredSource> {
 protected:
  SourceContract() : contracted_(GetParam().make()) {}

  boost::asio::thread_pool& workers() { return workers_; }

  ContractedSource& contracted() { return *contracted_; }
  template <typename T>
  T run(awaitable<T> work) {
    return wait(workers_, std::move(work));
  }
  Result<std::optional<Batch>> next(Source& source) { return run(source.next()); }
  /// Every row, or a failure of the test.
  std::vector<Row> read(Source& source);
  /// What ends a source of counted rows, all of them before row `end`; nothing, and a failure of the test, where it
  /// gives others or comes to its end.
  std::optional<Error> error_after_rows_before(Source& source, std::uint64_t end);
  /// What the rest of a source hashes to, or a failure of the test.
  Identity identify(Source& source);
  bool is_let_go() {
    return comes_true([this] { return !contracted_->is_held(); });
  }

 private:
  boost::asio::thread_pool workers_{3};
  std::unique_ptr<ContractedSource> contracted_;
};

/// The same for kinds that can be read again.
class ConcreteContract : public SourceContract {};

/// The same for databases.
class QueryContract : public SourceContract {
 protected:
  ContractedDatabase& contracted() { return dynamic_cast<ContractedDatabase&>(SourceContract::contracted()); }
  Result<std::unique_ptr<sql::QuerySource>> ask(sql::Query query, BatchBuilder::Limits limits = {}) {
    return ask_database(workers(), contracted().database(), std::move(query), limits);
  }
  /// All rows of a query, or why not.
  Result<std::vector<Row>> rows_of(sql::Query query);
  /// What a query is refused with; a failure of the test where it is not.
  Error refusal_of(sql::Query query);
};

}  // namespace rowprint::test
