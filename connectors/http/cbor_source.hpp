#pragma once

#include "connectors/http/read_buffer.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/source.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace rowprint {

struct CborLimits {
  std::size_t row_bytes_max = 1U << 20U;
  std::size_t read_bytes = 96U << 10U;  ///< of one read buffer; a longer row gets a buffer of its own
  BatchBuilder::Limits batch{};
};

/// Rows from a CBOR sequence (RFC 8742) of canonical rows, as `cat --format cbor` prints them.
///
/// Every item is a row exactly as docs/formats/fingerprint.md, section 2, encodes it, and anything else is refused: so
/// the bytes that come are the bytes that are hashed. A column in `declared` takes what section 2.7 says its type may
/// hold: 5 in a float column is 5.0, in a decimal column the decimal. In any other column it is the integer that it
/// looks like, since the encoding does not tell.
/// Lifecycle, thread safety: as Source. Ownership: owns the stream; batches own what their cells point into.
/// Limits: `limits`, and lists and maps 64 deep. Memory: as NdjsonSource, in whatever pieces the bytes come. Errors:
/// bad_input, limit_exceeded with row, byte offset in the stream, column path (a.b[2]) and reason; truncated when the
/// stream ends within a row; those of the stream.
class CborSource final : public Source {
 public:
  explicit CborSource(std::unique_ptr<ByteStream> body, Schema declared = {}, CborLimits limits = {});

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override { return declared_; }
  std::uint64_t bytes_received() const override { return buffer_.bytes_received(); }

 private:
  Result<void> take_rows();
  /// How many bytes the row at the front has, 0 where it is not there as a whole yet.
  Result<std::size_t> take_row(hashing::ByteView rest);
  Result<void> take_column(const hashing::RowColumn& column, std::size_t place);
  Result<std::uint32_t> ordinal_of(std::string_view name, std::size_t place);
  Error refused(hashing::ByteView row, const hashing::CanonicalReader& reader) const;
  Error located(ErrorCode code, std::string reason, std::uint64_t offset) const;

  std::unique_ptr<ByteStream> body_;
  Schema declared_;
  CborLimits limits_;
  BatchBuilder builder_;
  ReadBuffer buffer_;
  std::optional<Error> broken_;               ///< declared columns that the builder does not take
  std::vector<std::uint32_t> last_ordinals_;  ///< of the columns of the last row, which the next mostly has as well
};

}  // namespace rowprint
