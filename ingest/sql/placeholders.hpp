#pragma once

#include "ingest/model/error.hpp"
#include "ingest/sql/query.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rowprint::sql {

/// A query whose `:name` have become `$1`, `$2`, …
struct NumberedQuery {
  std::string text;
  std::vector<Parameter> parameters;  ///< the first is $1; each stands there once, however often it is used
};

/// Rewrites `:name` as PostgreSQL numbers its parameters, outside of quotes and comments. `::` is a cast, `a[1:n]` a
/// slice to the column n, and `a[:n]` is that as well unless there is a parameter of that name.
///
/// Errors: bad_input, by name, for a name without a value, a value that is never used or given twice, and `$1` in the
/// text. Cost: linear. A pure function.
Result<NumberedQuery> number_placeholders(std::string_view query, const std::vector<Parameter>& parameters);

}  // namespace rowprint::sql
