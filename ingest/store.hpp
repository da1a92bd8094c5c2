#pragma once

#include "ingest/model/batch.hpp"
#include "ingest/model/receipt.hpp"
#include "ingest/source.hpp"

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint {

/// Where a sealed content lies, and what it weighs.
struct StoredContent {
  std::string location;  ///< never used before and never again
  std::uint64_t bytes = 0;
};

/// The rows of one ingest on their way into a store: all of them, or none.
///
/// Lifecycle: insert() any number of times, then seal() or discard(); destroying an unsealed transaction discards it.
/// After an error only discard() and the destructor may be called.
/// Thread safety: one call at a time; successive calls may come from different threads. May block its thread on file
/// I/O: call it on a worker, never on an I/O thread.
class StoreTransaction {
 public:
  virtual ~StoreTransaction() = default;

  /// Takes the rows of a batch, which is encoded, all of them or an error. Errors: unsupported_value with row and
  /// column, limit_exceeded, no_space, io.
  virtual awaitable<Result<void>> insert(const Batch& batch) = 0;
  /// Makes the rows final under their location; they are durable by the time a catalog has published them, and part of
  /// nothing before.
  virtual awaitable<Result<StoredContent>> seal(const hashing::Fingerprint& name, const Schema& schema) = 0;
  /// Whether seal() itself would write: then it is worth asking the catalog for the content first, and what was sealed
  /// in vain is to be removed.
  virtual bool seal_writes() const { return true; }
  /// Nothing of it remains. Errors that leave something behind are for recover() to clear.
  virtual void discard() noexcept = 0;
};

/// What is given to a store when an ingest begins.
struct StoreTicket {
  std::string ingest;                ///< an id that never repeats
  std::size_t memory_bytes_max = 0;  ///< what the transaction may hold
};

struct Recovery {
  std::vector<std::string> removed;  ///< leftovers that no content knew
  std::vector<std::string> missing;  ///< locations of contents that are gone: a reason not to be ready
};

/// Where rows are kept. Thread safety: all functions may be called from any thread at any time.
/// Ownership: transactions and readers must not outlive their store. May block on file I/O, as StoreTransaction.
class Store {
 public:
  virtual ~Store() = default;

  virtual std::string_view name() const = 0;
  virtual awaitable<Result<std::unique_ptr<StoreTransaction>>> begin(StoreTicket ticket) = 0;
  /// The rows of a content in the order in which they were inserted, with the schema it was sealed with declared.
  /// Every value reads back exactly as docs/formats/fingerprint.md says a store returns it. Errors: not_found, corrupt,
  /// io. A reader goes on undisturbed when the content is removed meanwhile.
  virtual awaitable<Result<std::unique_ptr<Source>>> read(Content content) = 0;
  /// Removes what no content points at any more. Not an error when it is not there.
  virtual awaitable<Result<void>> remove(std::string location) = 0;
  /// Called once at start, before anything else: removes what is not among `known` locations, names what is missing.
  virtual awaitable<Result<Recovery>> recover(std::vector<std::string> known) = 0;
};

}  // namespace rowprint
