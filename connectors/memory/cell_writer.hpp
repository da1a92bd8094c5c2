#pragma once

#include "ingest/model/batch.hpp"
#include "ingest/model/value.hpp"

#include <string_view>

namespace rowprint::memory {

/// Longer values do not fit a cell, nor any row limit.
constexpr std::size_t kValueBytesMax = 0xffff'ffff;

/// Makes the cells of rows and keeps what they point to in the batch under way.
///
/// Thread safety: none. Ownership: borrows the builder, which outlives it.
class CellWriter {
 public:
  explicit CellWriter(BatchBuilder& builder) : builder_(builder) {}

  BatchBuilder& builder() { return builder_; }
  /// The same cell, with what it points to copied into the batch.
  Cell keep(const Cell& borrowed);
  /// The cell of an item that `put` appends to the buffer it is given.
  template <typename Put>
  Result<Cell> canonical(Kind kind, const Put& put) {
    scratch_.clear();
    if (Result<void> done = put(scratch_); !done) {
      return tl::unexpected{std::move(done.error())};
    }
    if (scratch_.size() > kValueBytesMax) {
      return fail(ErrorCode::limit_exceeded, "a value of more than 4 GiB");
    }
    return Cell::canonical(kind, builder_.keep(scratch_.view()));
  }

 private:
  BatchBuilder& builder_;
  hashing::ByteBuffer scratch_;
};

/// Errors: bad_input with the byte at which text stops being UTF-8, limit_exceeded beyond kValueBytesMax.
Result<void> check_text(std::string_view text);

/// For a list or a map that lies in `depth` others. Errors: limit_exceeded where it is one more than rp1 takes.
Result<void> check_depth(int depth);

/// The same error, one name further out: "b" inside "a" is "a.b".
Error inside(std::string_view outer, Error error);
/// The same error in the item `index` of a list: "[2]".
Error inside_item(std::size_t index, Error error);

/// The dynamic `cell` as a value of a column declared as `type`: integers in a float or decimal column become such.
/// Errors: bad_input where the column does not take it.
Result<Cell> fit(const Cell& cell, Type type, CellWriter& writer);

}  // namespace rowprint::memory
