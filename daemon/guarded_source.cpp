#include "daemon/guarded_source.hpp"

#include "hashing/canonical_reader.hpp"

#include <fmt/format.h>
#include <utility>
#include <vector>

namespace rowprint::daemon {
namespace {

/// How many lists and maps lie in each other at most, the outermost counted. `encoding` is one canonical item.
std::size_t nesting_of(hashing::ByteView encoding) {
  hashing::CanonicalReader reader{encoding};
  std::vector<std::uint64_t> open;  ///< items that each of the open ones still has
  std::size_t deepest = 0;
  while (const auto item = reader.read()) {
    const bool is_map = item->kind == hashing::Item::Kind::map;
    if (is_map || item->kind == hashing::Item::Kind::list) {
      open.push_back(is_map ? item->count * 2 : item->count);
      deepest = std::max(deepest, open.size());
    } else if (!open.empty()) {
      --open.back();
    }
    while (!open.empty() && open.back() == 0) {
      open.pop_back();
      if (!open.empty()) {
        --open.back();
      }
    }
    if (reader.at_end()) {
      break;
    }
  }
  return deepest;
}

Result<void> check_nesting(const Batch& batch, std::size_t nesting_max) {
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto cells = batch.row(row);
    for (std::size_t ordinal = 0; ordinal < cells.size(); ++ordinal) {
      const Cell& cell = cells[ordinal];
      const bool is_container = cell.kind() == Kind::list || cell.kind() == Kind::map;
      if (is_container && nesting_of(cell.bytes()) > nesting_max) {
        Error error =
            make_error(ErrorCode::limit_exceeded, fmt::format("lists and maps nested more than {} deep", nesting_max));
        error.column = batch.columns().name(ordinal);
        return fail(batch.at_row(row, std::move(error)));
      }
    }
  }
  return {};
}

}  // namespace

awaitable<Result<std::optional<Batch>>> GuardedSource::next() {
  auto batch = co_await inner_.next();
  if (batch && *batch) {
    if (auto fits = check(**batch); !fits) {
      co_return fail(std::move(fits.error()));
    }
  }
  co_return batch;
}

Result<void> GuardedSource::check(const Batch& batch) const {
  const std::uint64_t rows = batch.first_row() - 1 + batch.rows();
  if (rows_max_ != 0 && rows > rows_max_) {
    // The batch before was within the bound, so this one begins at most one row behind it.
    return fail(batch.at_row(
        rows_max_ + 1 - batch.first_row(),
        make_error(ErrorCode::limit_exceeded, fmt::format("more rows than limits.ingest_rows ({})", rows_max_))));
  }
  // What a source gives is never deeper than the format allows.
  if (nesting_max_ < hashing::kDepthMax) {
    if (auto fits = check_nesting(batch, nesting_max_); !fits) {
      return fits;
    }
  }
  return admission_.check_disk();
}

}  // namespace rowprint::daemon
