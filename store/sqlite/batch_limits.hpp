#pragma once

#include "ingest/model/batch.hpp"

namespace rowprint::sqlite {

/// Errors: limit_exceeded, with the first row that has a value in a column beyond kColumnsMax and that column.
Result<void> check_columns(const Batch& batch);

}  // namespace rowprint::sqlite
