#pragma once

#include "hashing/multiset_hash.hpp"
#include "hashing/sequence_hash.hpp"
#include "ingest/store.hpp"

#include <memory>
#include <optional>

namespace rowprint {

/// The hash of rows that pass: fingerprints and schema. What the tee keeps, and what a concrete source is read for.
///
/// A move-only value. Thread safety: none.
class RowHash {
 public:
  /// Of a sequence, nothing declared.
  RowHash() = default;
  RowHash(const Schema& declared, std::optional<hashing::MultisetHash> multiset);
  /// Goes on with what has been learned of rows before: see resume_hash().
  RowHash(SchemaInference inference, hashing::SequenceHash sequence, std::optional<hashing::MultisetHash> multiset);

  /// The batch is encoded. Errors: unsupported_value as SchemaInference, io when the multiset cannot spill.
  Result<void> add(const Batch& batch);
  std::uint64_t rows() const { return sequence_.rows(); }

  struct Summary {
    Schema schema;
    hashing::Fingerprint sequence;
    std::optional<hashing::Fingerprint> multiset;
    std::uint64_t rows = 0;
    std::string hash_state;
    std::string inference_state;

    /// rp1m if it was asked for, rp1s otherwise.
    const hashing::Fingerprint& identity() const { return multiset ? *multiset : sequence; }
  };
  Result<Summary> summary();
  /// Nothing where the order of rows counts. Its errors are those of its spill file.
  hashing::MultisetHash* multiset() { return multiset_ ? &*multiset_ : nullptr; }

 private:
  SchemaInference inference_;
  hashing::SequenceHash sequence_;
  std::optional<hashing::MultisetHash> multiset_;
};

/// A store transaction that hashes every row the inner one accepted, and only those.
///
/// Decorates: insert() first inserts, then hashes; discard() drops the hash with the rows. A row cannot be hashed
/// twice, since after an error nothing but discard() is allowed. Ownership: owns the inner transaction. Thread safety:
/// as StoreTransaction.
class Tee final : public StoreTransaction {
 public:
  Tee(std::unique_ptr<StoreTransaction> inner, RowHash hash);

  awaitable<Result<void>> insert(const Batch& batch) override;
  awaitable<Result<StoredContent>> seal(const hashing::Fingerprint& name, const Schema& schema) override;
  void discard() noexcept override;
  bool seal_writes() const override { return inner_->seal_writes(); }

  std::uint64_t rows() const { return hash_.rows(); }
  /// Of the rows accepted so far.
  Result<RowHash::Summary> summary() { return hash_.summary(); }
  /// As RowHash.
  hashing::MultisetHash* multiset() { return hash_.multiset(); }

 private:
  std::unique_ptr<StoreTransaction> inner_;
  RowHash hash_;
};

}  // namespace rowprint
