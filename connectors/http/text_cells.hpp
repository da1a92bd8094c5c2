#pragma once

#include "connectors/http/json_cells.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/cell.hpp"
#include "ingest/model/text_forms.hpp"
#include "ingest/model/type.hpp"

#include <string_view>

namespace rowprint {

/// Turns fields of delimited text into cells (docs/formats/rows.md).
///
/// Lifecycle: one for a builder. Thread safety: none. Ownership: borrows the builder. Text cells point into the text
/// given, which is valid UTF-8 and has a byte behind it that belongs to no number and may be read. Errors: a sentence
/// and its code, without position.
class TextCells {
 public:
  explicit TextCells(BatchBuilder& builder) : cells_(builder) {}

  /// The text form of a value of `type`, which is none of list, map and any.
  text_forms::Parsed<Cell> declared(std::string_view text, Type type);
  /// What the text looks like: a JSON number, true, false, or else text. A number that has no exact form, or that no
  /// double is near, is text.
  Cell inferred(std::string_view text);

 private:
  JsonCells cells_;
};

}  // namespace rowprint
