#pragma once

#include "ingest/store.hpp"
#include "store/sqlite/catalog.hpp"
#include "store/sqlite/content_store.hpp"
#include "store/sqlite/unpublished_rows.hpp"

#include <string>
#include <vector>

namespace rowprint::sqlite {

/// Decorates the store of content files: a content of few bytes lies in the catalog instead, as the canonical CBOR of
/// its rows, and needs no file and no sync of its own.
///
/// Lifecycle, thread safety: as Store; recover() first. Ownership: borrows the inner store, the catalog and the list of
/// unpublished rows that both know. Limits: `small_bytes_max` encoded bytes, at most kSmallBytesMax; 0: none is small,
/// and those that are there read back as ever. Errors: as Store.
class SmallContentStore final : public Store {
 public:
  static constexpr std::size_t kSmallBytesMax = 64U << 10U;

  SmallContentStore(ContentStore& files, CatalogDatabase& catalog, UnpublishedRows& unpublished,
                    std::size_t small_bytes_max);

  std::string_view name() const override { return files_.name(); }
  awaitable<Result<std::unique_ptr<StoreTransaction>>> begin(StoreTicket ticket) override;
  awaitable<Result<std::unique_ptr<Source>>> read(Content content) override;
  awaitable<Result<void>> remove(std::string location) override;
  awaitable<Result<Recovery>> recover(std::vector<std::string> known) override;

  /// recover() for those who have no executor yet.
  Result<Recovery> recover_now(const std::vector<std::string>& known);

 private:
  ContentStore& files_;
  CatalogDatabase& catalog_;
  UnpublishedRows& unpublished_;
  std::size_t small_bytes_max_;
};

}  // namespace rowprint::sqlite
