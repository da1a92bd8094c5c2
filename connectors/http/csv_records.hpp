#pragma once

#include "connectors/http/csv_dialect.hpp"
#include "ingest/model/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace rowprint {

/// What stands between two delimiters, without its quotes.
struct CsvField {
  std::string_view text;
  std::size_t offset = 0;  ///< of its first byte, be it a quote, in the record
  bool is_quoted = false;
  bool has_doubled = false;  ///< quotes that stand for one each are among it
};

/// One step of taking records apart.
struct CsvSplit {
  enum class Outcome : std::uint8_t { record, more_needed, too_many_fields, refused };
  Outcome outcome = Outcome::more_needed;
  std::size_t size = 0;        ///< of a record, without its line end
  std::size_t whole_size = 0;  ///< with it
  // Of a refusal, and of a field too many:
  std::size_t offset = 0;  ///< of what is wrong
  std::size_t field = 0;   ///< the number of the field that it is in
  std::string_view reason;
  ErrorCode code = ErrorCode::bad_input;
};

/// Takes records of delimited text apart, as RFC 4180 has them, with CRLF or LF at their ends.
///
/// Lifecycle: split() record after record. Thread safety: none. Fields point into the text and are valid until the next
/// split(). Memory: the fields of one record. Cost: linear; a record that is not there as a whole is read again.
class CsvRecords {
 public:
  explicit CsvRecords(const CsvDialect& dialect);

  /// Takes the record that `text` begins with, which holds more than nothing. `is_all`: nothing comes behind it, so its
  /// end is a record's as well. At most `fields_max` fields. What is found does not depend on how much
  /// more of the input is in `text`. The fields' bytes are not looked at: neither UTF-8 nor NUL.
  CsvSplit split(std::string_view text, bool is_all, std::size_t fields_max);
  std::span<const CsvField> fields() const { return fields_; }

 private:
  /// Moves `position` behind the field there; false where `split` says what stopped it.
  bool take_quoted(std::string_view text, bool is_all, std::size_t& position, CsvSplit& split);
  void take_plain(std::string_view text, std::size_t& position);
  bool ends_field(char c) const { return is_special_[static_cast<unsigned char>(c)]; }

  CsvDialect dialect_;
  std::array<bool, 256> is_special_{};  ///< delimiter, quote, CR and LF: what a plain field has none of
  std::vector<CsvField> fields_;
};

}  // namespace rowprint
