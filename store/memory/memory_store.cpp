#include "store/memory/memory_store.hpp"

#include "hashing/canonical_reader.hpp"

#include <algorithm>
#include <set>

namespace rowprint {

/// The rows of a content: each batch's encoding as it came.
struct MemoryStore::Rows {
  struct Chunk {
    std::string bytes;
    std::vector<std::uint32_t> ends;
  };
  Schema schema;
  std::vector<Chunk> chunks;
  std::uint64_t bytes = 0;
};

class MemoryStore::Transaction final : public StoreTransaction {
 public:
  Transaction(MemoryStore& store, std::string ingest)
      : store_(store), ingest_(std::move(ingest)), rows_(std::make_shared<Rows>()) {}

  awaitable<Result<void>> insert(const Batch& batch) override {
    const EncodedRows& encoded = batch.encoded();
    if (!rows_ || encoded.ends.size() != batch.rows()) {
      co_return fail(ErrorCode::internal, "the transaction has ended, or the batch is not encoded");
    }
    rows_->chunks.push_back({std::string{hashing::as_text(encoded.bytes.view())}, encoded.ends});
    rows_->bytes += encoded.bytes.size();
    co_return Result<void>{};
  }

  awaitable<Result<StoredContent>> seal(const hashing::Fingerprint& name, const Schema& schema) override {
    if (!rows_) {
      co_return fail(ErrorCode::internal, "the transaction has ended");
    }
    rows_->schema = schema;
    StoredContent stored{name.text() + "." + ingest_, rows_->bytes};
    const std::lock_guard lock(store_.mutex_);
    if (!store_.contents_.try_emplace(stored.location, std::move(rows_)).second) {
      co_return fail(ErrorCode::internal, "location " + stored.location + " was used before");
    }
    co_return stored;
  }

  void discard() noexcept override { rows_.reset(); }

 private:
  MemoryStore& store_;
  std::string ingest_;
  std::shared_ptr<Rows> rows_;
};

/// Holds the rows itself, so that removing the content does not disturb it.
class MemoryStore::Reader final : public Source {
 public:
  explicit Reader(std::shared_ptr<const Rows> rows) : rows_(std::move(rows)), builder_(limits(rows_->schema)) {
    for (const Column& column : rows_->schema.columns) {
      // The names passed when the rows came in.
      static_cast<void>(builder_.column(column.name));
    }
  }

  const Schema& declared() const override { return rows_->schema; }

  awaitable<Result<std::optional<Batch>>> next() override {
    while (chunk_ < rows_->chunks.size() && !builder_.batch_full()) {
      const Rows::Chunk& chunk = rows_->chunks[chunk_];
      if (row_ == chunk.ends.size()) {
        row_ = 0;
        ++chunk_;
        continue;
      }
      const std::size_t begin = row_ == 0 ? 0 : chunk.ends[row_ - 1];
      if (auto added = add_row(std::string_view{chunk.bytes}.substr(begin, chunk.ends[row_] - begin)); !added) {
        co_return fail(std::move(added.error()));
      }
      ++row_;
    }
    if (builder_.rows() == 0) {
      co_return std::nullopt;
    }
    co_return builder_.take();
  }

 private:
  static BatchBuilder::Limits limits(const Schema& schema) {
    BatchBuilder::Limits limits;
    limits.columns_max = schema.columns.size();
    return limits;
  }

  tl::unexpected<Error> corrupt(std::string reason) const {
    Error error;
    error.code = ErrorCode::corrupt;
    error.reason = std::move(reason);
    error.row = builder_.next_row();
    return fail(std::move(error));
  }

  Result<void> add_row(std::string_view row) {
    // Cells point into the bytes, which therefore travel with the batch.
    hashing::CanonicalReader reader(hashing::as_bytes(builder_.keep(row)));
    const auto head = reader.read();
    if (!head || head->kind != hashing::Item::Kind::map) {
      return corrupt("a stored row is not a map");
    }
    builder_.begin_row();
    for (std::uint64_t pair = 0; pair < head->count; ++pair) {
      const auto key = reader.read();
      const auto value = key ? reader.skip() : std::nullopt;
      if (!value || key->kind != hashing::Item::Kind::text) {
        return corrupt("a stored row is not canonical CBOR: " + std::string{reader.reason()});
      }
      const auto ordinal = builder_.columns().find(hashing::as_text(key->bytes));
      if (!ordinal) {
        return corrupt("a stored row has a column that the schema does not know");
      }
      const auto cell = cell_from_canonical(*value, rows_->schema.columns[*ordinal].type);
      if (!cell) {
        return corrupt("a stored value is not of its column's type");
      }
      builder_.set(*ordinal, *cell);
    }
    builder_.end_row();
    return reader.at_end() ? Result<void>{} : corrupt("bytes follow a stored row");
  }

  std::shared_ptr<const Rows> rows_;
  BatchBuilder builder_;
  std::size_t chunk_ = 0;
  std::size_t row_ = 0;
};

MemoryStore::MemoryStore() = default;
MemoryStore::~MemoryStore() = default;

awaitable<Result<std::unique_ptr<StoreTransaction>>> MemoryStore::begin(StoreTicket ticket) {
  co_return std::make_unique<Transaction>(*this, std::move(ticket.ingest));
}

awaitable<Result<std::unique_ptr<Source>>> MemoryStore::read(Content content) {
  const std::lock_guard lock(mutex_);
  const auto found = contents_.find(content.location);
  if (found == contents_.end()) {
    co_return fail(ErrorCode::not_found, "there is no content at " + content.location);
  }
  co_return std::make_unique<Reader>(found->second);
}

awaitable<Result<void>> MemoryStore::remove(std::string location) {
  const std::lock_guard lock(mutex_);
  contents_.erase(location);
  co_return Result<void>{};
}

awaitable<Result<Recovery>> MemoryStore::recover(std::vector<std::string> known) {
  const std::set<std::string> kept(known.begin(), known.end());
  Recovery recovery;
  const std::lock_guard lock(mutex_);
  for (const std::string& location : kept) {
    if (!contents_.contains(location)) {
      recovery.missing.push_back(location);
    }
  }
  std::erase_if(contents_, [&](const auto& content) {
    if (kept.contains(content.first)) {
      return false;
    }
    recovery.removed.push_back(content.first);
    return true;
  });
  co_return recovery;
}

bool MemoryStore::damage(const std::string& location) {
  const std::lock_guard lock(mutex_);
  const auto found = contents_.find(location);
  if (found == contents_.end() || found->second->chunks.empty()) {
    return false;
  }
  auto damaged = std::make_shared<Rows>(*found->second);
  char& last = damaged->chunks.back().bytes.back();
  last = static_cast<char>(last ^ 1);
  found->second = std::move(damaged);
  return true;
}

}  // namespace rowprint
