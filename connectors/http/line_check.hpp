#pragma once

#include "connectors/http/json_cells.hpp"
#include "hashing/bytes.hpp"
#include "hashing/canonical.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/error.hpp"
#include "ingest/model/schema.hpp"
#include "ingest/model/text_forms.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <variant>
#include <vector>

namespace rowprint {

/// The exact pass over one row (a line of NDJSON, an element of an array): finds the first thing wrong in it, reading
/// from left to right byte by byte.
///
/// It shares no grammar with LineParser, and takes what that takes and nothing else: a test holds the two together.
/// Lifecycle: one for a line. Thread safety: none. Ownership: borrows everything.
class LineCheck {
 public:
  /// `known`: the columns met so far, those of this line perhaps among them. No more than `columns_max` may come to be.
  /// A value lies in at most `nesting_max` lists and maps.
  LineCheck(std::string_view line, const ColumnTable& known, const Schema& declared, std::size_t columns_max,
            int nesting_max = hashing::kDepthMax);

  /// Nothing where the line is a row. The error's offset counts from the line's first byte; it has no row.
  std::optional<Error> first_error();
  /// Whether that was the end of the text, so that more of it could have been right.
  bool ran_out() const { return ran_out_; }

 private:
  /// A key, or an index in a list.
  using Step = std::variant<std::string, std::size_t>;
  using Keys = std::unordered_set<std::string>;

  bool row();
  /// A key and its value. The key stays on the path: a missing comma is an error of the column before it.
  bool column(Keys& columns);
  bool column_name(const std::string& name, std::size_t offset, Keys& columns);
  bool value(Type type, int containers);
  bool text_value(Type type, int containers);
  bool number_value(Type type, int containers);
  bool list(int containers);
  bool map(int containers);
  bool map_entry(Keys& keys, int containers);  ///< as column()

  bool text(std::string& out);
  bool number(std::string_view& token);
  bool digits(std::string_view reason);
  bool word(std::string_view expected);
  bool colon();
  /// Whether another element follows (a comma) or the container ends; false in `more` and no error for the latter.
  bool comma_or(char close, bool& more);
  bool unsupported(const text_forms::Refused& refused, std::size_t offset);

  void skip_space();
  bool at_end() const { return position_ == line_.size(); }
  char peek() const { return at_end() ? '\0' : line_[position_]; }
  bool wrong(std::string reason, std::size_t offset, ErrorCode code = ErrorCode::bad_input);
  bool wrong_here(std::string reason);

  std::string_view line_;
  const ColumnTable& known_;
  const Schema& declared_;
  std::size_t columns_max_;
  int nesting_max_;
  std::size_t new_columns_ = 0;
  std::size_t new_name_bytes_ = 0;
  BatchBuilder scratch_;
  JsonCells cells_{scratch_};
  hashing::ByteBuffer encoded_;
  std::size_t position_ = 0;
  std::vector<Step> path_;
  std::optional<Error> error_;
  bool ran_out_ = false;
};

/// A column's path as errors name it: `a.b[2]`; a key with characters that would mislead stands in quotes.
std::string format_path(const std::vector<std::variant<std::string, std::size_t>>& path);

}  // namespace rowprint
