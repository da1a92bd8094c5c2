#include "store/sqlite/batch_limits.hpp"

#include "store/sqlite/content_format.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rowprint::sqlite {

Result<void> check_columns(const Batch& batch) {
  if (batch.columns().size() <= kColumnsMax) {
    return {};
  }
  Error error;
  error.code = ErrorCode::limit_exceeded;
  error.reason = fmt::format("more than {} columns", kColumnsMax);
  error.column = batch.columns().name(kColumnsMax);
  const auto is_too_wide = [&batch](std::size_t row) {
    const std::span<const Cell> cells = batch.row(row);
    return std::any_of(cells.begin() + static_cast<std::ptrdiff_t>(std::min(cells.size(), kColumnsMax)), cells.end(),
                       [](const Cell& cell) { return !cell.is_null(); });
  };
  std::size_t row = 0;
  while (row + 1 < batch.rows() && !is_too_wide(row)) {
    ++row;
  }
  return fail(batch.at_row(row, std::move(error)));
}

}  // namespace rowprint::sqlite
