#pragma once

#include "connectors/http/peeked_stream.hpp"
#include "connectors/http/row_limits.hpp"
#include "connectors/http/rows_spool.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/source.hpp"

#include <memory>
#include <optional>

namespace rowprint {

/// Rows from one JSON text: an array of objects (JsonArraySource) or an object of columns (JsonColumnsSource), told
/// apart by the first byte that is no white space.
///
/// Lifecycle, thread safety: as Source. Ownership: owns the stream. Errors: those of the two; bad_input for a text that
/// begins otherwise, truncated for one that does not begin.
class JsonSource final : public Source {
 public:
  JsonSource(std::unique_ptr<ByteStream> body, Schema declared, RowLimits limits, RowsSpool spool);

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override { return declared_; }
  std::uint64_t bytes_received() const override { return rows_ ? rows_->bytes_received() : 0; }

 private:
  awaitable<Result<void>> begin();

  std::unique_ptr<PeekedStream> body_;  ///< until it is given to `rows_`
  Schema declared_;
  RowLimits limits_;
  RowsSpool spool_;
  std::unique_ptr<Source> rows_;
};

}  // namespace rowprint
