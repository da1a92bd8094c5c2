#pragma once

#include "ingest/model/error.hpp"
#include "ingest/model/receipt.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a catalog is asked for when a version is to be added, and how it judges that: the same for every catalog.
namespace rowprint {

/// A version by its number and its identity: what HTTP calls an entity tag.
struct VersionTag {
  std::uint64_t number = 0;
  hashing::Fingerprint fingerprint;
  bool operator==(const VersionTag&) const = default;
};

/// What a dataset must be for a version to be added; judged in the step that adds it.
struct Precondition {
  enum class Demand : std::uint8_t {
    nothing,
    no_version,         ///< it has none
    some_version,       ///< it has one, whichever is the latest
    latest_among_tags,  ///< its latest version is one of `tags`
  };
  Demand demand = Demand::nothing;
  std::vector<VersionTag> tags{};
};

/// What a retry is recognised by, and the account that answers it.
struct IdempotencyKey {
  std::string key;  ///< within the dataset
  /// As far as the ingest knows it: what it read and when it began. The catalog adds what it published.
  Receipt account{};
};

/// A version to be; the catalog numbers it.
struct NewVersion {
  std::string dataset;
  Order order = Order::sequence;
  std::string ingest;
  Precondition precondition{};
  std::optional<IdempotencyKey> idempotency{};
};

/// Errors: precondition_failed, which says what `latest` is; that is the dataset's latest version, if it has one.
Result<void> check_precondition(const Precondition& precondition, const std::string& dataset,
                                const std::optional<VersionTag>& latest);

/// Errors: key_reused where `kept`, the receipt under that key, is of another identity than what is asked for now.
Result<void> check_same_identity(const IdempotencyKey& idempotency, const Receipt& kept,
                                 const hashing::Fingerprint& asked);

}  // namespace rowprint
