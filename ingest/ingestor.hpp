#pragma once

#include "ingest/catalog.hpp"
#include "ingest/disk/disk.hpp"
#include "ingest/key_claims.hpp"
#include "ingest/memory_budget.hpp"
#include "ingest/progress.hpp"
#include "ingest/source.hpp"
#include "ingest/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace rowprint {

class Tee;
struct SortSpace;

/// What is asked of one ingest.
struct IngestRequest {
  std::string dataset;
  Order order = Order::sequence;
  /// The identity the rows must turn out to have (the caller hashed them before). Otherwise: conflict, nothing
  /// published.
  std::optional<hashing::Fingerprint> expect{};
  /// What the dataset must be; otherwise precondition_failed, before the source is read where that is known by then.
  Precondition precondition{};
  /// Empty: none. Of 1 to 255 characters. An ingest under a key that is kept gives the first receipt and publishes
  /// nothing; key_reused where its rows are other ones, and a retryable conflict while another with this key runs.
  std::string idempotency_key{};
  /// Followed by whoever shows progress; may be empty.
  std::shared_ptr<Progress> progress{};
  /// From new_ingest_id(), for those who name the ingest before it ends; made where it is empty.
  std::string id{};
  /// The first is 1. Each attempt at an ingest has files of its own, so that what one leaves behind is in nobody's way.
  std::size_t attempt = 1;
  /// Memory that the source holds beside its batches; taken from the budget together with the ingest's share.
  std::size_t source_bytes = 0;
  /// Ingestor::memory_bytes(), for those who had to read ahead of the ingest; where it is empty, the ingest waits for
  /// it.
  MemoryBudget::Share share{};
};

struct IngestLimits {
  std::size_t row_bytes_max = 1U << 20U;
  /// Of one ingest whose order counts: batches on the way, the store's cache. Divided in ingestor.cpp.
  std::size_t share_bytes = 4U << 20U;
  /// On top of that where order means nothing: sorting of row digests; beyond it sorted runs spill into
  /// `spill_directory`.
  std::size_t sort_bytes = 16U << 20U;
  std::chrono::milliseconds patience{30'000};  ///< how long an ingest waits for its share
};

/// Turns sources into versions: fast path, staging, tee, seal.
///
/// Lifecycle: ingests may run at the same time, any number; all must have ended before it is destroyed.
/// Thread safety: every function from any thread; the coroutine runs on its awaiter's executor, which must be a strand
/// of worker threads (it blocks on files), and runs its first stage, the source, on a strand of `workers`. Ownership:
/// borrows store, catalog, budget and disk, which outlive it. Errors: those of the source (with their row), of the
/// store and the catalog; conflict when `expect` differs. After an error nothing is published and staging is gone.
class Ingestor {
 public:
  Ingestor(Store& store, Catalog& catalog, MemoryBudget& budget, Disk& disk, std::string spill_directory,
           boost::asio::any_io_executor workers, IngestLimits limits = {});

  /// A generator: inserted into staging while it is hashed; if the content turns out to be there, staging is dropped.
  awaitable<Result<Receipt>> ingest(IngestRequest request, Source& source);
  /// Concrete input: fingerprinted first, and only read again and stored if its content is not there.
  awaitable<Result<Receipt>> ingest(IngestRequest request, ConcreteSource& source);
  /// A version of a content that is there. Errors: not_found.
  awaitable<Result<Receipt>> reference(IngestRequest request, hashing::Fingerprint fingerprint);

  const IngestLimits& limits() const { return limits_; }
  /// What an ingest takes of the budget.
  std::size_t memory_bytes(Order order, std::size_t source_bytes) const;

 private:
  struct Run;
  /// Takes what an ingest needs before its source is read: its key, its share of memory.
  awaitable<Result<void>> admit(Run& run);
  /// The part of it that a reference needs as well.
  awaitable<Result<void>> admit_version(Run& run);
  awaitable<Result<Receipt>> store_rows(Run& run, Source& source);
  awaitable<Result<Published>> seal(Run& run, Tee& tee);
  /// The name under which the catalog keeps them.
  awaitable<Result<std::string>> keep_digests(const Run& run, hashing::MultisetHash* set);
  awaitable<void> drop_digests(std::string digests);
  SortSpace sort_space(const Run& run) const;
  static Error conflict(const hashing::Fingerprint& expected, const hashing::Fingerprint& found);

  Store& store_;
  Catalog& catalog_;
  MemoryBudget& budget_;
  Disk& disk_;
  std::string spill_directory_;
  boost::asio::any_io_executor workers_;
  IngestLimits limits_;
  KeyClaims claims_;
};

/// A name that never repeats: 48 bits of time and 80 random bits, 32 hexadecimal digits that sort by time.
std::string new_ingest_id();

}  // namespace rowprint
