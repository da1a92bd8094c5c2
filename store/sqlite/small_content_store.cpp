#include "store/sqlite/small_content_store.hpp"

#include "ingest/canonical_source.hpp"
#include "store/sqlite/small_content_writer.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace rowprint::sqlite {
namespace {

std::unique_ptr<Source> read_rows(Content content, std::string bytes) {
  CanonicalRows rows;
  rows.schema = std::move(content.schema);
  rows.rows = content.rows;
  rows.pieces.push_back(std::move(bytes));
  return std::make_unique<CanonicalSource>(std::make_shared<const CanonicalRows>(std::move(rows)));
}

}  // namespace

SmallContentStore::SmallContentStore(ContentStore& files, CatalogDatabase& catalog, UnpublishedRows& unpublished,
                                     std::size_t small_bytes_max)
    : files_(files),
      catalog_(catalog),
      unpublished_(unpublished),
      small_bytes_max_(std::min(small_bytes_max, kSmallBytesMax)) {}

awaitable<Result<std::unique_ptr<StoreTransaction>>> SmallContentStore::begin(StoreTicket ticket) {
  if (small_bytes_max_ == 0) {
    auto transaction = co_await files_.begin(std::move(ticket));
    co_return transaction;
  }
  co_return std::make_unique<SmallContentWriter>(files_, unpublished_, std::move(ticket), small_bytes_max_);
}

awaitable<Result<std::unique_ptr<Source>>> SmallContentStore::read(Content content) {
  if (!is_small_location(content.location)) {
    auto source = co_await files_.read(std::move(content));
    co_return source;
  }
  // What is on its way from the one place to the other is part of no version yet, and nobody's to read.
  if (const auto waiting = unpublished_.find(content.location)) {
    co_return read_rows(std::move(content), *waiting);
  }
  auto rows = co_await catalog_.small_rows(content.location);
  if (!rows) {
    co_return fail(std::move(rows.error()));
  }
  if (!*rows) {
    co_return fail(ErrorCode::not_found, "there is no content at " + content.location);
  }
  co_return read_rows(std::move(content), **std::move(rows));
}

awaitable<Result<void>> SmallContentStore::remove(std::string location) {
  if (!is_small_location(location)) {
    auto removed = co_await files_.remove(std::move(location));
    co_return removed;
  }
  if (unpublished_.take(location)) {
    co_return Result<void>{};
  }
  auto removed = co_await catalog_.remove_small_rows(std::move(location));
  co_return removed;
}

awaitable<Result<Recovery>> SmallContentStore::recover(std::vector<std::string> known) {
  co_return recover_now(known);
}

Result<Recovery> SmallContentStore::recover_now(const std::vector<std::string>& known) {
  std::vector<std::string> files;
  std::unordered_set<std::string> small;
  for (const std::string& location : known) {
    if (is_small_location(location)) {
      small.insert(location);
    } else {
      files.push_back(location);
    }
  }
  auto recovery = files_.recover_now(files);
  if (!recovery) {
    return recovery;
  }
  auto there = catalog_.small_locations_now();
  if (!there) {
    return fail(std::move(there.error()));
  }
  for (const std::string& location : *there) {
    small.erase(location);
  }
  recovery->missing.insert(recovery->missing.end(), small.begin(), small.end());
  std::sort(recovery->missing.begin(), recovery->missing.end());
  std::vector<std::string> unknown = unpublished_.clear();
  std::move(unknown.begin(), unknown.end(), std::back_inserter(recovery->removed));
  return recovery;
}

}  // namespace rowprint::sqlite
