#include "ingest/ingestor.hpp"

#include "ingest/fingerprint.hpp"
#include "ingest/queue.hpp"
#include "ingest/tee.hpp"

#include <sys/random.h>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <tuple>

namespace rowprint {
namespace {

/// How an ingest divides its share: a quarter each for the queue and the store, the rest for the batch being made, the
/// one being inserted and the source's buffers.
constexpr std::size_t kShareParts = 4;
constexpr std::size_t kKeyBytesMax = 255;

Error as_error(const std::exception& exception) {
  Error error;
  error.reason = exception.what();
  return error;
}

void enter(const std::shared_ptr<Progress>& progress, IngestState state) {
  if (progress) {
    progress->state = state;
  }
}

Error cancelled_by_owner() {
  Error error;
  error.code = ErrorCode::cancelled;
  error.reason = "cancelled by its owner";
  return error;
}

Error still_running(const std::string& key) {
  Error error;
  error.code = ErrorCode::conflict;
  error.reason = "an ingest with the idempotency key \"" + key + "\" is still running";
  error.retryable = true;
  return error;
}

/// The first stage: reads, queues. Always ends the queue, so that the second stage ends too.
awaitable<void> produce(Source& source, BatchQueue& queue, std::shared_ptr<Progress> progress) {
  try {
    for (;;) {
      auto next = co_await source.next();
      if (!next) {
        queue.fail(std::move(next.error()));
        co_return;
      }
      if (!*next) {
        queue.close();
        co_return;
      }
      if (progress) {
        progress->bytes = source.bytes_received();
        if (progress->cancel) {
          queue.fail(cancelled_by_owner());
          co_return;
        }
      }
      auto pushed = co_await queue.push(std::move(**next));
      if (!pushed) {
        co_return;
      }
    }
  } catch (const std::exception& exception) {
    queue.fail(as_error(exception));
  }
}

/// The second stage: takes from the queue, encodes, inserts. Encoding is here since parsing is what most sources spend
/// their time on: with it the first stage would be the longer one. An error fails the queue, so that the first stage
/// ends too.
awaitable<Result<void>> consume(BatchQueue& queue, StoreTransaction& transaction, std::size_t row_bytes_max,
                                std::shared_ptr<Progress> progress) {
  try {
    for (;;) {
      auto next = co_await queue.pop();
      if (!next) {
        co_return fail(std::move(next.error()));
      }
      if (!*next) {
        co_return Result<void>{};
      }
      Batch batch = std::move(**next);
      if (auto encoded = batch.encode(row_bytes_max); !encoded) {
        queue.fail(encoded.error());
        co_return encoded;
      }
      auto inserted = co_await transaction.insert(batch);
      if (!inserted) {
        queue.fail(inserted.error());
        co_return inserted;
      }
      if (progress) {
        progress->rows += batch.rows();
      }
    }
  } catch (const std::exception& exception) {
    queue.fail(as_error(exception));
    co_return fail(as_error(exception));
  }
}

Result<void> check_request(const IngestRequest& request) {
  if (!is_dataset_name(request.dataset)) {
    return fail(ErrorCode::bad_input,
                "\"" + request.dataset + "\" is not a dataset name ([A-Za-z0-9][A-Za-z0-9._-]{0,127})");
  }
  if (request.idempotency_key.size() > kKeyBytesMax) {
    return fail(ErrorCode::bad_input, "an idempotency key has at most " + std::to_string(kKeyBytesMax) + " characters");
  }
  const bool set = request.order == Order::set;
  if (request.expect && (request.expect->kind == hashing::Fingerprint::Kind::multiset) != set) {
    return fail(ErrorCode::bad_input, "the expected fingerprint is not of the kind that order=" +
                                          std::string{to_string(request.order)} + " gives");
  }
  return {};
}

Content content_of(const RowHash::Summary& summary, StoredContent stored) {
  Content content;
  content.sequence = summary.sequence;
  content.multiset = summary.multiset;
  content.schema = summary.schema;
  content.rows = summary.rows;
  content.stored_bytes = stored.bytes;
  content.location = std::move(stored.location);
  content.hash_state = summary.hash_state;
  content.inference_state = summary.inference_state;
  return content;
}

}  // namespace

std::string new_ingest_id() {
  std::array<std::uint8_t, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::system_error{errno, std::generic_category(), "getrandom"};
  }
  auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(system_now().time_since_epoch()).count());
  for (std::size_t index = 6; index-- > 0; milliseconds >>= 8U) {
    bytes[index] = static_cast<std::uint8_t>(milliseconds);
  }
  return hashing::to_hex(bytes);
}

/// One ingest on its way.
struct Ingestor::Run {
  explicit Run(IngestRequest asked) : id(asked.id.empty() ? new_ingest_id() : asked.id), request(std::move(asked)) {}

  std::string id;
  SystemTime started = system_now();
  IngestRequest request;
  std::optional<KeyClaims::Claim> claim{};
  MemoryBudget::Share share{};
  std::uint64_t rows = 0;   ///< read so far, as the receipt counts them
  std::uint64_t bytes = 0;  ///< the same

  /// What its files are named by.
  std::string files() const { return request.attempt == 1 ? id : id + "-" + std::to_string(request.attempt); }
  bool cancelled() const { return request.progress && request.progress->cancel; }
  NewVersion new_version() const {
    NewVersion version{request.dataset, request.order, id, request.precondition, {}};
    if (!request.idempotency_key.empty()) {
      version.idempotency = IdempotencyKey{request.idempotency_key, account()};
    }
    return version;
  }
  /// As much of the receipt as is known before anything is published.
  Receipt account() const {
    Receipt account;
    account.ingest = id;
    account.rows_received = rows;
    account.rows_stored = rows;
    account.bytes_received = bytes;
    account.started = started;
    return account;
  }
  Receipt receipt(Published published) const {
    enter(request.progress, published.reused ? IngestState::reused : IngestState::sealed);
    if (published.earlier) {
      Receipt earlier = *published.earlier;
      earlier.replayed = true;
      return earlier;
    }
    Receipt receipt = account();
    receipt.version = std::move(published.version);
    receipt.content = std::move(published.content);
    receipt.reused = published.reused;
    return receipt;
  }
};

Ingestor::Ingestor(Store& store, Catalog& catalog, MemoryBudget& budget, Disk& disk, std::string spill_directory,
                   boost::asio::any_io_executor workers, IngestLimits limits)
    : store_(store),
      catalog_(catalog),
      budget_(budget),
      disk_(disk),
      spill_directory_(std::move(spill_directory)),
      workers_(std::move(workers)),
      limits_(limits) {}

awaitable<Result<Receipt>> Ingestor::reference(IngestRequest request, hashing::Fingerprint fingerprint) {
  Run run{std::move(request)};
  run.request.expect = fingerprint;
  auto admitted = co_await admit_version(run);
  if (!admitted) {
    co_return fail(std::move(admitted.error()));
  }
  auto published = co_await catalog_.alias(run.new_version(), fingerprint);
  if (!published) {
    co_return fail(std::move(published.error()));
  }
  co_return run.receipt(std::move(*published));
}

awaitable<Result<Receipt>> Ingestor::ingest(IngestRequest request, Source& source) {
  Run run{std::move(request)};
  auto admitted = co_await admit(run);
  if (!admitted) {
    co_return fail(std::move(admitted.error()));
  }
  auto receipt = co_await store_rows(run, source);
  co_return receipt;
}

awaitable<Result<Receipt>> Ingestor::ingest(IngestRequest request, ConcreteSource& source) {
  Run run{std::move(request)};
  auto admitted = co_await admit(run);
  if (!admitted) {
    co_return fail(std::move(admitted.error()));
  }
  enter(run.request.progress, IngestState::hashing);
  auto summary = co_await fingerprint(source, make_row_hash(run.request.order, source.declared(), sort_space(run)),
                                      limits_.row_bytes_max, nullptr);
  if (!summary) {
    co_return fail(std::move(summary.error()));
  }
  if (run.request.expect && *run.request.expect != summary->identity()) {
    co_return fail(conflict(*run.request.expect, summary->identity()));
  }
  run.rows = summary->rows;
  run.bytes = source.bytes_received();
  auto published = co_await catalog_.alias(run.new_version(), summary->identity());
  if (published) {
    co_return run.receipt(std::move(*published));
  }
  if (published.error().code != ErrorCode::not_found) {
    co_return fail(std::move(published.error()));
  }
  source.rewind();
  run.request.expect = summary->identity();
  auto receipt = co_await store_rows(run, source);
  co_return receipt;
}

awaitable<Result<void>> Ingestor::admit_version(Run& run) {
  if (auto checked = check_request(run.request); !checked) {
    co_return checked;
  }
  if (!run.request.idempotency_key.empty()) {
    auto claim = claims_.take(run.request.dataset, run.request.idempotency_key);
    if (!claim) {
      co_return fail(still_running(run.request.idempotency_key));
    }
    run.claim.emplace(std::move(*claim));
  }
  if (run.request.precondition.demand == Precondition::Demand::nothing) {
    co_return Result<void>{};
  }
  auto admitted = co_await catalog_.admit(run.new_version());
  co_return admitted;
}

awaitable<Result<void>> Ingestor::admit(Run& run) {
  auto admitted = co_await admit_version(run);
  if (!admitted) {
    co_return admitted;
  }
  if (run.request.share.bytes() != 0) {
    run.share = std::move(run.request.share);
    co_return Result<void>{};
  }
  const std::size_t bytes = memory_bytes(run.request.order, run.request.source_bytes);
  auto share = co_await budget_.take(bytes, limits_.patience, run.request.progress);
  if (!share) {
    co_return fail(std::move(share.error()));
  }
  run.share = std::move(*share);
  co_return Result<void>{};
}

std::size_t Ingestor::memory_bytes(Order order, std::size_t source_bytes) const {
  return limits_.share_bytes + (order == Order::set ? limits_.sort_bytes : 0) + source_bytes;
}

SortSpace Ingestor::sort_space(const Run& run) const {
  return {disk_, spill_directory_ + "/" + run.files() + ".spill", limits_.sort_bytes};
}

Error Ingestor::conflict(const hashing::Fingerprint& expected, const hashing::Fingerprint& found) {
  Error error;
  error.code = ErrorCode::conflict;
  error.reason = "the rows have the fingerprint " + found.text() + ", expected was " + expected.text();
  return error;
}

awaitable<Result<Receipt>> Ingestor::store_rows(Run& run, Source& source) {
  using boost::asio::experimental::awaitable_operators::operator&&;
  // A name of its own: GCC 12 destroys an aggregate made within a co_await twice.
  StoreTicket ticket{run.files(), limits_.share_bytes / kShareParts};
  auto transaction = co_await store_.begin(std::move(ticket));
  if (!transaction) {
    co_return fail(std::move(transaction.error()));
  }
  Tee tee{std::move(*transaction), make_row_hash(run.request.order, source.declared(), sort_space(run))};
  enter(run.request.progress, IngestState::storing);
  BatchQueue queue{limits_.share_bytes / kShareParts};
  const auto& progress = run.request.progress;
  auto consumed = co_await (boost::asio::co_spawn(boost::asio::make_strand(workers_), produce(source, queue, progress),
                                                  boost::asio::use_awaitable) &&
                            consume(queue, tee, limits_.row_bytes_max, progress));
  if (!consumed) {
    tee.discard();
    co_return fail(std::move(consumed.error()));
  }
  run.rows = tee.rows();
  run.bytes = source.bytes_received();
  auto published = co_await seal(run, tee);
  if (!published) {
    tee.discard();
    co_return fail(std::move(published.error()));
  }
  co_return run.receipt(std::move(*published));
}

awaitable<Result<std::string>> Ingestor::keep_digests(const Run& run, hashing::MultisetHash* set) {
  // Off the thread that was free to begin it: that one has the rows to seal.
  co_await boost::asio::post(boost::asio::use_awaitable);
  auto kept = co_await catalog_.keep_digests(run.files(), *set);
  co_return kept;
}

awaitable<void> Ingestor::drop_digests(std::string digests) {
  if (!digests.empty()) {
    static_cast<void>(co_await catalog_.drop_digests(std::move(digests)));
  }
}

awaitable<Result<Published>> Ingestor::seal(Run& run, Tee& tee) {
  enter(run.request.progress, IngestState::sealing);
  auto summary = tee.summary();
  if (!summary) {
    co_return fail(std::move(summary.error()));
  }
  if (run.request.expect && *run.request.expect != summary->identity()) {
    co_return fail(conflict(*run.request.expect, summary->identity()));
  }
  if (run.cancelled()) {
    co_return fail(cancelled_by_owner());
  }
  const bool writes = tee.seal_writes();
  if (writes) {
    auto alias = co_await catalog_.alias(run.new_version(), summary->identity());
    if (alias || alias.error().code != ErrorCode::not_found) {
      tee.discard();
      co_return alias;
    }
  }
  Result<std::string> kept{std::string{}};
  Result<StoredContent> stored{StoredContent{}};
  hashing::MultisetHash* const set = writes ? tee.multiset() : nullptr;
  if (set == nullptr) {
    stored = co_await tee.seal(summary->sequence, summary->schema);
  } else {
    // Merging the digests keeps a processor busy, sealing the rows a disk.
    using boost::asio::experimental::awaitable_operators::operator&&;
    auto both = co_await (
        boost::asio::co_spawn(boost::asio::make_strand(workers_), keep_digests(run, set), boost::asio::use_awaitable) &&
        tee.seal(summary->sequence, summary->schema));
    kept = std::move(std::get<0>(both));
    stored = std::move(std::get<1>(both));
  }
  std::string digests = kept ? std::move(*kept) : std::string{};
  if (!stored || !kept) {
    co_await drop_digests(std::move(digests));
    if (stored && writes) {
      static_cast<void>(co_await store_.remove(stored->location));
    }
    co_return fail(std::move(stored ? kept.error() : stored.error()));
  }
  const std::string location = stored->location;
  Content content = content_of(*summary, std::move(*stored));
  content.digests = digests;
  auto published = co_await catalog_.publish(run.new_version(), std::move(content));
  // The version stands, or has failed, whatever becomes of these files: what cannot be removed now is removed at the
  // next start.
  const bool unowned = published ? published->reused : !published.error().outcome_unknown;
  if (writes && unowned) {
    static_cast<void>(co_await store_.remove(location));
  }
  if (published ? published->content.digests != digests : !published.error().outcome_unknown) {
    co_await drop_digests(std::move(digests));
  }
  co_return published;
}

}  // namespace rowprint
