#pragma once

#include "connectors/http/buffered_source.hpp"
#include "connectors/http/csv_dialect.hpp"
#include "connectors/http/csv_records.hpp"
#include "connectors/http/row_limits.hpp"
#include "connectors/http/text_cells.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint {

/// Rows from delimited text, one record each (docs/formats/rows.md).
///
/// Names come from the first record, or are those of `declared`. A column in `declared` takes the text form of its
/// type; any other holds text, or what its fields look like where the dialect infers. UTF-8 without a byte order mark
/// and without NUL. Lifecycle, thread safety, ownership, memory: as BufferedSource. Limits: `limits`, of a record
/// without its line end. Errors: bad_input, unsupported_value, limit_exceeded with row, byte offset in the stream,
/// column and reason; the header is row 0; truncated for a field in quotes that the stream ends in, and for a header
/// that is not there.
class CsvSource final : public BufferedSource {
 public:
  explicit CsvSource(std::unique_ptr<ByteStream> body, Schema declared = {}, CsvDialect dialect = {},
                     RowLimits limits = {});

 private:
  /// What the fields at one place of every record become.
  struct Place {
    std::uint32_t ordinal;
    Type type;  ///< any: what they look like
  };

  Result<void> take_rows() override;
  /// Why a split of so much text gave no record that can be taken; nothing where more text is needed.
  Result<void> check_split(const CsvSplit& split, std::size_t text_size) const;
  Result<void> take_record(std::string_view record);
  Result<void> take_header();
  Result<void> take_row(std::string_view record);
  text_forms::Parsed<void> take_field(const CsvField& field, const Place& place);
  Result<void> check_bytes(std::string_view record) const;
  void add_place(std::uint32_t ordinal);

  /// What a field in quotes holds, each two of these being one.
  std::string_view undoubled(const CsvField& field);
  /// At a byte of the record at the front, and in the field at `place` if there is a column for it.
  Error wrong(ErrorCode code, std::string reason, std::size_t offset, std::size_t place = kNoPlace) const;
  std::size_t place_of(std::size_t offset) const;

  static constexpr std::size_t kNoPlace = ~std::size_t{0};

  CsvDialect dialect_;
  RowLimits limits_;
  CsvRecords records_;
  TextCells cells_;
  bool header_done_;
  std::vector<Place> places_;
};

}  // namespace rowprint
