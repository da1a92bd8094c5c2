#pragma once

#include "hashing/bytes.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/cell.hpp"
#include "ingest/model/text_forms.hpp"
#include "ingest/model/type.hpp"

#include <string_view>

namespace rowprint {

/// Turns JSON's scalars into the cells of a column of a given type; `any` takes them as they are.
///
/// Lifecycle: one for a builder. Thread safety: none. Ownership: borrows the builder, in which cells keep what they
/// point to. Text cells point into the text given. Errors: a sentence and its code, without position.
class JsonCells {
 public:
  explicit JsonCells(BatchBuilder& builder) : builder_(builder) {}

  /// `text` is unescaped.
  text_forms::Parsed<Cell> from_text(std::string_view text, Type type);
  /// `token` has the grammar of a JSON number.
  text_forms::Parsed<Cell> from_number(std::string_view token, Type type);
  static text_forms::Parsed<void> takes_bool(Type type);
  static text_forms::Parsed<void> takes_list(Type type);
  static text_forms::Parsed<void> takes_map(Type type);

 private:
  text_forms::Parsed<Cell> integer(std::string_view token);
  text_forms::Parsed<Cell> decimal(std::string_view text);
  text_forms::Parsed<Cell> bytes(std::string_view text);
  Cell kept(Kind kind);

  BatchBuilder& builder_;
  hashing::ByteBuffer scratch_;
};

/// Whether a JSON number is written as a float: with `.`, `e` or `E`.
inline bool is_float_token(std::string_view token) {
  return token.find_first_of(".eE") != std::string_view::npos;
}
/// The nearest double, ties to even. Errors: overflow, and underflow of what is not zero.
text_forms::Parsed<double> parse_float(std::string_view token);
/// Whether the digits of a number that reads as 0 are all 0.
bool is_zero_token(std::string_view token);
/// One canonical item. Errors: too many digits.
text_forms::Parsed<void> put_integer_token(hashing::ByteBuffer& out, std::string_view token);

}  // namespace rowprint
