#pragma once

#include "hashing/multiset_hash.hpp"
#include "ingest/model/error.hpp"
#include "ingest/model/receipt.hpp"
#include "ingest/new_version.hpp"
#include "ingest/row_digests.hpp"

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rowprint {

using boost::asio::awaitable;

/// A version and the content it points at.
struct Published {
  Version version;
  Content content;
  bool reused = false;  ///< the content was there before
  /// The receipt kept under the idempotency key: nothing was published now. Then `version` and `content` are as it
  /// says.
  std::shared_ptr<const Receipt> earlier{};
};

/// How long and how many receipts are kept under idempotency keys; the oldest go first.
struct KeyRetention {
  std::chrono::microseconds keep = std::chrono::hours{24};
  std::size_t keys_max = 100'000;
};

struct DatasetSummary {
  std::string name;
  std::uint64_t versions = 0;
  Published latest;
};

/// Locations whose last version is gone: their content rows are deleted, durably; the store may remove them now.
struct Released {
  std::uint64_t versions = 0;
  std::vector<std::string> locations;
};

/// Which datasets, versions and contents there are. The only thing that makes rows visible.
///
/// Thread safety: all functions may be called from any thread at any time; each is one atomic step, durable when its
/// result is there. Errors: io, no_space, corrupt; outcome_unknown is set where the step may have taken effect.
///
/// A version that comes with an idempotency key is published together with its receipt. Where the key is kept already,
/// the receipt is given back and nothing is published, whatever the precondition; key_reused where that receipt is of
/// another identity. Otherwise precondition_failed where the precondition does not hold, before anything else.
class Catalog {
 public:
  virtual ~Catalog() = default;

  /// A version that points at an existing content with that identity (rp1s: its name, rp1m: its reuse key). not_found:
  /// upload it.
  virtual awaitable<Result<Published>> alias(NewVersion version, hashing::Fingerprint fingerprint) = 0;
  /// A content and a version of it, in one step. Where the identity asked for (rp1m for a set, rp1s otherwise) or the
  /// name is there already, the version points at the content that is there and `reused` is set: the caller's own
  /// location is then nobody's, and to be removed by the caller. A content found by its name that had no reuse key
  /// takes that of `content`, so that the next set of these rows finds it.
  virtual awaitable<Result<Published>> publish(NewVersion version, Content content) = 0;

  /// Whether `version` would be refused for its precondition as things stand. For those who would rather know before
  /// they read the rows; alias() and publish() judge again.
  virtual awaitable<Result<void>> admit(NewVersion version) = 0;

  virtual awaitable<Result<std::optional<Content>>> find_content(hashing::Fingerprint fingerprint) = 0;
  virtual awaitable<Result<std::vector<DatasetSummary>>> datasets() = 0;
  /// Newest first. Empty for a dataset that is not there.
  virtual awaitable<Result<std::vector<Published>>> versions(std::string dataset) = 0;
  /// `number` 0 is the latest. Errors: not_found.
  virtual awaitable<Result<Published>> version(std::string dataset, std::uint64_t number) = 0;

  /// Keeps the row digests of a set that is about to be published, for an append to go on from: durable, and part of
  /// nothing until publish() has taken the name, which it does where the content with that reuse key has none yet.
  /// Where Content::digests is another afterwards, drop_digests() is the caller's to call. `ingest` never repeats. May
  /// block its thread on file I/O, as drop_digests() and read_digests() do: call them on a worker. Errors: those of the
  /// set's spill file, too.
  virtual awaitable<Result<std::string>> keep_digests(std::string ingest, hashing::MultisetHash& rows) = 0;
  /// Not an error when they are not there.
  virtual awaitable<Result<void>> drop_digests(std::string digests) = 0;
  /// Nothing where none are kept: small contents have none, nor has what an older rowprint stored.
  virtual awaitable<Result<std::unique_ptr<RowDigests>>> read_digests(Content content) = 0;

  /// Removes one version, or all of a dataset (`number` 0), and the row digests of contents that go with them. Numbers
  /// are not used again. Errors: not_found.
  virtual awaitable<Result<Released>> remove(std::string dataset, std::uint64_t number) = 0;
  /// Every location in use, for recovery.
  virtual awaitable<Result<std::vector<std::string>>> locations() = 0;
  /// Every name of row digests in use.
  virtual awaitable<Result<std::vector<std::string>>> digests() = 0;
};

/// `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`
bool is_dataset_name(std::string_view name);

}  // namespace rowprint
