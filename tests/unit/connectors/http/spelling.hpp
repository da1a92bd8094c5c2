#pragma once

#include "tests/support/random_rows.hpp"
#include "tests/unit/connectors/http/format_reading.hpp"

#include <string>
#include <vector>

namespace rowprint::test {

/// Rows written in one format.
struct Spelling {
  std::string name;
  FormatCase how;
  std::string text;
};

/// Rows under a schema of scalar types, with values that are hard to write: nulls, edge values, text with delimiters,
/// quotes and line ends, but without NUL, which delimited text does not hold.
struct TypedRows {
  Schema schema;
  std::vector<Row> rows;
};
TypedRows random_typed_rows(Random& random);

/// The rows in every format that can say them, each as different as the format leaves free.
std::vector<Spelling> spell_in_every_format(Random& random, const TypedRows& given);

}  // namespace rowprint::test
