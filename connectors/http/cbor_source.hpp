#pragma once

#include "connectors/http/buffered_source.hpp"
#include "connectors/http/row_limits.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace rowprint {

using CborLimits = RowLimits;

/// Rows from a CBOR sequence (RFC 8742) of canonical rows, as `cat --format cbor` prints them.
///
/// Every item is a row exactly as docs/formats/fingerprint.md, section 2, encodes it, and anything else is refused: so
/// the bytes that come are the bytes that are hashed. A column in `declared` takes what section 2.7 says its type may
/// hold: 5 in a float column is 5.0, in a decimal column the decimal. In any other column it is the integer that it
/// looks like, since the encoding does not tell.
/// Lifecycle, thread safety: as Source. Ownership: owns the stream; batches own what their cells point into.
/// Limits: `limits`. Memory: as BufferedSource, in whatever pieces the bytes come. Errors: bad_input, limit_exceeded
/// with row, byte offset in the stream, column path (a.b[2]) and reason; truncated when the stream ends within a row;
/// those of the stream.
class CborSource final : public BufferedSource {
 public:
  explicit CborSource(std::unique_ptr<ByteStream> body, Schema declared = {}, CborLimits limits = {});

 private:
  Result<void> take_rows() override;
  /// How many bytes the row at the front has, 0 where it is not there as a whole yet.
  Result<std::size_t> take_row(hashing::ByteView rest);
  Result<void> take_column(const hashing::RowColumn& column, std::size_t place);
  Result<std::uint32_t> ordinal_of(std::string_view name, std::size_t place);
  Error refused(hashing::ByteView row, const hashing::CanonicalReader& reader) const;

  CborLimits limits_;
  std::vector<std::uint32_t> last_ordinals_;  ///< of the columns of the last row, which the next mostly has as well
};

}  // namespace rowprint
