#pragma once

#include "ingest/model/batch.hpp"
#include "ingest/model/error.hpp"
#include "ingest/model/type.hpp"

namespace rowprint::postgres {

/// Whether some value of a column of type `from` can be one of a column of type `to`, so that it is worth trying.
bool may_become(Type from, Type to);

/// The same value in a column of type `to`: an exact one, or a refusal that shows the value. Text is read in the form
/// that a declared column of that type takes, and written in it. What the cell points to is kept in `builder`, or was
/// before. Errors: bad_input for text in another form; unsupported_value where there is no such value exactly.
Result<Cell> become(const Cell& cell, Type to, BatchBuilder& builder);

}  // namespace rowprint::postgres
