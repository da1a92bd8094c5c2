#pragma once

#include "connectors/http/line_parser.hpp"
#include "connectors/http/token_finder.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/schema.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rowprint {

/// One row written as a JSON object, whatever it stands in: the fast pass sets its cells, and the exact pass says what
/// is wrong where that one cannot.
///
/// Lifecycle: one for a source. Thread safety: none. Ownership: borrows builder and schema, which outlive it.
class JsonRowParser {
 public:
  /// Bytes behind a text that may be read, and are not part of it.
  static constexpr std::size_t kPaddingBytes = TokenFinder::kPaddingBytes;
  /// Of lines that are worth a look ahead at once.
  static constexpr std::size_t kAheadBytes = 8U << 10U;

  /// The columns of `declared` are the builder's first, in their order; or as many as it took.
  JsonRowParser(BatchBuilder& builder, const Schema& declared, std::size_t columns_max, int nesting_max);
  JsonRowParser(const JsonRowParser&) = delete;
  JsonRowParser& operator=(const JsonRowParser&) = delete;

  /// The texts that the next calls of take() will be given are the lines of `lines`, kAheadBytes at most, behind which
  /// stand kPaddingBytes, the first a line feed; or nothing. Each call ends what the one before has said.
  void look_ahead(std::string_view lines) { parser_.look_ahead(lines); }
  /// Adds the row to the builder, or leaves it as it was. `text` lives as long as the builder's batch and has
  /// kPaddingBytes behind it; it ends with a brace or bracket, or the first of these is white. `row_offset`: where the
  /// row begins in what is read. Errors: those of a row, with their row; offsets count from the beginning of `text`.
  Result<void> take(std::string_view text, std::uint64_t row_offset, bool may_have_escapes = true);
  /// What is wrong with a row whose end is missing: `truncated` at the end of `text`, unless something is wrong before.
  Error cut_off(std::string_view text) const;

 private:
  Error first_error(std::string_view text) const;

  BatchBuilder& builder_;
  const Schema& declared_;
  std::size_t columns_max_;
  int nesting_max_;
  LineParser parser_;
};

}  // namespace rowprint
