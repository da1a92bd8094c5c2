#pragma once

#include "hashing/canonical_reader.hpp"
#include "ingest/source.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rowprint {

/// Rows in their canonical encoding, one after the other, and what they were sealed as. Immutable while shared.
struct CanonicalRows {
  Schema schema;
  std::uint64_t rows = 0;
  std::vector<std::string> pieces;  ///< each a number of whole rows
};

/// Reads rows back from their canonical encoding: for stores that keep it.
///
/// Lifecycle, thread safety: as Source; never blocks. Ownership: shares the rows, so it goes on when their store drops
/// them. Memory: one batch besides. Errors: corrupt, with the row, where the bytes are not what an encoder writes, hold
/// another number of rows, or something that is not of its column's type.
class CanonicalSource final : public Source {
 public:
  explicit CanonicalSource(std::shared_ptr<const CanonicalRows> rows);

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override { return rows_->schema; }

 private:
  Result<std::optional<Batch>> next_batch();
  Result<void> read_row(hashing::CanonicalReader& reader);
  std::optional<Cell> read_cell(hashing::ByteView value, Type type);
  tl::unexpected<Error> corrupt(std::string reason, std::string column = {}) const;

  std::shared_ptr<const CanonicalRows> rows_;
  BatchBuilder builder_;
  std::size_t piece_ = 0;
  std::optional<hashing::CanonicalReader> reader_;  ///< over that piece
};

}  // namespace rowprint
