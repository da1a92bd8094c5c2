#pragma once

#include "hashing/fingerprint.hpp"
#include "ingest/model/schema.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace rowprint {

/// Whether the order of the rows is content (`rp1s`) or not (`rp1m`).
enum class Order : std::uint8_t { sequence, set };
std::string_view to_string(Order order);
std::optional<Order> parse_order(std::string_view text);

using SystemTime = std::chrono::sys_time<std::chrono::microseconds>;
SystemTime system_now();
/// RFC 3339 in UTC with microseconds: 2026-11-22T13:00:00.000000Z.
std::string format_time(SystemTime time);

/// What an immutable set of rows is, once sealed. Its name is `sequence`; `multiset` is there if an ingest asked for
/// it.
struct Content {
  hashing::Fingerprint sequence;
  std::optional<hashing::Fingerprint> multiset;
  Schema schema;
  std::uint64_t rows = 0;
  std::uint64_t stored_bytes = 0;  ///< as the store keeps it
  std::string location;            ///< where the store keeps it: a name that never repeats, the store's own
  std::string hash_state;          ///< for an append: MerkleFrontier of the complete chunks (CBOR), private to rowprint
  std::string inference_state;     ///< for an append: SchemaInference::export_state()
  std::string digests;             ///< for an append to a set: where the catalog keeps its row digests; may be empty
};

struct Version {
  std::string dataset;
  std::uint64_t number = 0;
  Order order = Order::sequence;
  /// The identity under which it was asked for: rp1s for sequence, rp1m for set.
  hashing::Fingerprint fingerprint;
  std::string ingest;  ///< the ingest that made it
  SystemTime sealed{};
};

/// The account of an ingest: sent once the version is durable. received = stored + quarantined.
struct Receipt {
  std::string ingest;
  Version version;
  Content content;
  std::uint64_t rows_received = 0;  ///< read from the source; 0 for a reference
  std::uint64_t rows_stored = 0;    ///< of those, part of the version
  std::uint64_t rows_quarantined = 0;
  bool reused = false;    ///< the content was there already: nothing was stored
  bool replayed = false;  ///< of an earlier ingest under the same idempotency key: nothing was published now
  std::uint64_t bytes_received = 0;
  SystemTime started{};
};

}  // namespace rowprint
