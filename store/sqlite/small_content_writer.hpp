#pragma once

#include "ingest/store.hpp"
#include "store/sqlite/unpublished_rows.hpp"

#include <memory>
#include <string>

namespace rowprint::sqlite {

/// The rows of one ingest, held in memory as their canonical encoding as long as they are few, and from then on written
/// by a transaction of the inner store.
///
/// Lifecycle, thread safety: as StoreTransaction. Ownership: borrows the inner store and the list of what is sealed.
/// Limits: in memory at most `small_bytes_max` encoded bytes, and as many cells as fit into half of what the ticket
/// allows. Errors: limit_exceeded with row and column for more than kColumnsMax columns; those of the inner store.
class SmallContentWriter final : public StoreTransaction {
 public:
  SmallContentWriter(Store& inner, UnpublishedRows& unpublished, StoreTicket ticket, std::size_t small_bytes_max);

  awaitable<Result<void>> insert(const Batch& batch) override;
  awaitable<Result<StoredContent>> seal(const hashing::Fingerprint& name, const Schema& schema) override;
  bool seal_writes() const override { return large_ != nullptr; }
  void discard() noexcept override;

 private:
  enum class State : std::uint8_t { open, failed, ended };

  awaitable<Result<void>> insert_rows(const Batch& batch);
  bool fits(const Batch& batch) const;
  Result<void> hold(const Batch& batch);
  Cell keep(const Cell& cell);
  /// Goes on in the inner store, with what is held.
  awaitable<Result<void>> outgrow();
  Result<StoredContent> seal_small(const Schema& schema);
  Result<void> check_open() const;

  Store& inner_;
  UnpublishedRows& unpublished_;
  StoreTicket ticket_;
  std::size_t small_bytes_max_;
  State state_ = State::open;
  std::string encoded_;  ///< the rows held, one after the other
  BatchBuilder cells_;   ///< the same as cells, for the inner store to take
  std::size_t cells_bytes_ = 0;
  std::unique_ptr<StoreTransaction> large_;
};

}  // namespace rowprint::sqlite
