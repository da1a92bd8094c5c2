#pragma once

#include "ingest/model/schema.hpp"
#include "ingest/model/value.hpp"
#include "tests/support/random.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rowprint::test {

/// Named values, in any order; a column that is not there is null.
using Row = std::vector<std::pair<std::string, Value>>;

/// What random rows may look like.
struct RowsShape {
  std::size_t rows_max = 40;
  std::size_t columns_max = 8;
  /// Only what NDJSON says without a declared schema: null, bool, integers of any size, finite floats, text, lists,
  /// maps.
  bool json_only = false;
};

/// One value of a type, edge values often. `any` is a value of some other type; `null` is null.
/// `json_only` holds for what lies inside lists and maps too.
Value random_value(Random& random, Type type, bool json_only = false);

/// Rows that are hard to keep apart and easy to mangle: every type, columns that begin late, that widen (int to float,
/// anything to any), that hold only nulls, whose names collide with SQL's; empty rows; sometimes no rows at all.
std::vector<Row> random_rows(Random& random, const RowsShape& shape = {});

/// The row as one line of JSON without the newline: keys in random order, random blanks and escapes. Only for json_only
/// rows.
std::string random_json(Random& random, const Row& row);
std::string random_json(Random& random, const Value& value);

/// Whether a store that took `given` into a column that ended as `type` may give back `got`
/// (docs/formats/fingerprint.md): the same canonical encoding, and the kind that the column's type asks for.
bool reads_back_as(const Value& given, Type type, const Value& got);

/// Empty when every row of `got` is what a store may give back for the row of `given` at its place, else what differs
/// first.
std::string difference(const std::vector<Row>& given, const Schema& schema, const std::vector<Row>& got);

/// For failure messages: a value in diagnostic notation of a kind.
std::string describe(const Value& value);

}  // namespace rowprint::test
