#include "store/sqlite/idempotency_keys.hpp"

#include "store/sqlite/catalog_rows.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rowprint::sqlite {
namespace {

/// More than come in at once, so that the bound is reached again soon after it was lowered.
constexpr std::int64_t kRemovedAtOnceMax = 64;

std::int64_t microseconds(SystemTime time) {
  return time.time_since_epoch().count();
}

SystemTime time_of(std::int64_t microseconds) {
  return SystemTime{std::chrono::microseconds{microseconds}};
}

std::optional<Receipt> read_receipt(const Statement& row, const std::string& dataset) {
  const auto count = [&row](int column) { return static_cast<std::uint64_t>(row.integer(column)); };
  Receipt receipt;
  const auto order = parse_order(row.text(0));
  const auto fingerprint = hashing::Fingerprint::parse(row.text(1));
  const auto sequence = hashing::Fingerprint::parse(row.text(4));
  auto schema = parse_schema(row.text(6));
  if (!order || !fingerprint || !sequence || !schema) {
    return std::nullopt;
  }
  receipt.version.dataset = dataset;
  receipt.version.order = *order;
  receipt.version.fingerprint = *fingerprint;
  receipt.ingest = row.text(2);
  receipt.version.ingest = receipt.ingest;
  receipt.version.number = count(3);
  receipt.content.sequence = *sequence;
  if (!row.is_null(5)) {
    receipt.content.multiset = hashing::Fingerprint::parse(row.text(5));
    if (!receipt.content.multiset) {
      return std::nullopt;
    }
  }
  receipt.content.schema = *std::move(schema);
  receipt.content.rows = count(7);
  receipt.content.stored_bytes = count(8);
  receipt.rows_received = count(9);
  receipt.rows_stored = count(10);
  receipt.rows_quarantined = count(11);
  receipt.bytes_received = count(12);
  receipt.reused = row.integer(13) != 0;
  receipt.started = time_of(row.integer(14));
  receipt.version.sealed = time_of(row.integer(15));
  return receipt;
}

}  // namespace

Result<std::optional<Receipt>> IdempotencyKeys::find(const std::string& dataset, const std::string& key,
                                                     SystemTime now) {
  auto found = statements_.use(
      "SELECT k.row_order, k.fingerprint, k.ingest, k.number, k.rp1s, k.rp1m, k.schema, k.rows, k.stored_bytes,"
      " k.rows_received, k.rows_stored, k.rows_quarantined, k.bytes_received, k.reused, k.started_us, k.sealed_us"
      " FROM idempotency_keys k JOIN datasets d ON d.id = k.dataset"
      " WHERE d.name = ?1 AND k.key = ?2 AND k.sealed_us > ?3");
  if (!found) {
    return fail(std::move(found.error()));
  }
  (*found)->bind(1, dataset);
  (*found)->bind(2, key);
  (*found)->bind(3, microseconds(now - retention_.keep));
  auto row = (*found)->step();
  if (!row) {
    return fail(std::move(row.error()));
  }
  if (!*row) {
    return std::optional<Receipt>{};
  }
  auto receipt = read_receipt(**found, dataset);
  if (!receipt) {
    return fail(ErrorCode::corrupt, "catalog: the receipt under a key of " + dataset + " is none");
  }
  return receipt;
}

Result<void> IdempotencyKeys::put(const std::string& key, const Receipt& receipt) {
  auto done = make_room(receipt.version.sealed);
  if (done) {
    done = remove_key(receipt.version.dataset, key);
  }
  return done ? insert(key, receipt) : done;
}

Result<void> IdempotencyKeys::insert(const std::string& key, const Receipt& receipt) {
  auto insert = statements_.use(
      "INSERT INTO idempotency_keys(dataset, key, row_order, fingerprint, ingest, number, rp1s, rp1m, schema, rows,"
      " stored_bytes, rows_received, rows_stored, rows_quarantined, bytes_received, reused, started_us, sealed_us)"
      " SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18 FROM datasets"
      " WHERE name = ?1");
  if (!insert) {
    return fail(std::move(insert.error()));
  }
  const Content& content = receipt.content;
  const std::string fingerprint = receipt.version.fingerprint.text();
  const std::string sequence = content.sequence.text();
  const std::string multiset = content.multiset ? content.multiset->text() : "";
  const std::string schema = format_schema(content.schema);
  Statement& row = **insert;
  const auto bind_count = [&row](int parameter, std::uint64_t count) {
    row.bind(parameter, static_cast<std::int64_t>(count));
  };
  row.bind(1, receipt.version.dataset);
  row.bind(2, key);
  row.bind(3, to_string(receipt.version.order));
  row.bind(4, fingerprint);
  row.bind(5, receipt.ingest);
  bind_count(6, receipt.version.number);
  row.bind(7, sequence);
  if (content.multiset) {
    row.bind(8, multiset);
  } else {
    row.bind_null(8);
  }
  row.bind(9, schema);
  bind_count(10, content.rows);
  bind_count(11, content.stored_bytes);
  bind_count(12, receipt.rows_received);
  bind_count(13, receipt.rows_stored);
  bind_count(14, receipt.rows_quarantined);
  bind_count(15, receipt.bytes_received);
  row.bind(16, std::int64_t{receipt.reused});
  row.bind(17, microseconds(receipt.started));
  row.bind(18, microseconds(receipt.version.sealed));
  return row.run();
}

Result<void> IdempotencyKeys::remove_key(const std::string& dataset, const std::string& key) {
  auto removal = statements_.use(
      "DELETE FROM idempotency_keys WHERE dataset = (SELECT id FROM datasets WHERE name = ?) AND key = ?");
  if (!removal) {
    return fail(std::move(removal.error()));
  }
  (*removal)->bind(1, dataset);
  (*removal)->bind(2, key);
  return (*removal)->run();
}

Result<void> IdempotencyKeys::make_room(SystemTime now) {
  // Ids grow, so the oldest come first, and there are at most as many keys as ids between the first and the last.
  auto removal = statements_.use(
      "DELETE FROM idempotency_keys WHERE id IN (SELECT id FROM idempotency_keys ORDER BY id LIMIT ?1)"
      " AND (sealed_us <= ?2 OR id <= (SELECT max(id) FROM idempotency_keys) - ?3)");
  if (!removal) {
    return fail(std::move(removal.error()));
  }
  (*removal)->bind(1, kRemovedAtOnceMax);
  (*removal)->bind(2, microseconds(now - retention_.keep));
  (*removal)->bind(3, static_cast<std::int64_t>(std::max<std::size_t>(retention_.keys_max, 1)) - 1);
  return (*removal)->run();
}

}  // namespace rowprint::sqlite
