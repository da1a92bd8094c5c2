#pragma once

#include "hashing/bytes.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/text_forms.hpp"
#include "ingest/model/type.hpp"

#include <string_view>

namespace rowprint::sqlite_file {

/// The cell of a text in a column of a type that SQLite has no storage class for, or (int, float) not for all values:
/// in the forms of docs/formats/fingerprint.md, whole texts only.
///
/// `text` is valid UTF-8. Cells keep what they point to in `builder`; `scratch` is room to work in. Errors: a sentence,
/// for a text of another form and for a type that texts are not taken for.
text_forms::Parsed<Cell> cell_of_text(std::string_view text, Type type, BatchBuilder& builder,
                                      hashing::ByteBuffer& scratch);

/// The cell of a decimal that is an integer.
Cell decimal_of(std::int64_t value, BatchBuilder& builder, hashing::ByteBuffer& scratch);

}  // namespace rowprint::sqlite_file
