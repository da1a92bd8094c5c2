#include "store/memory/memory_catalog.hpp"

#include "ingest/disk/spill.hpp"

#include <algorithm>
#include <utility>

namespace rowprint {
namespace {

class DigestsInMemory final : public RowDigests {
 public:
  explicit DigestsInMemory(std::shared_ptr<const std::vector<hashing::Digest>> digests)
      : digests_(std::move(digests)), unread_(*digests_) {}

  Result<std::span<const hashing::Digest>> next_block() override { return std::exchange(unread_, {}); }

 private:
  std::shared_ptr<const std::vector<hashing::Digest>> digests_;
  std::span<const hashing::Digest> unread_;
};

}  // namespace

std::shared_ptr<MemoryCatalog::Kept> MemoryCatalog::find(const hashing::Fingerprint& fingerprint) const {
  const auto found = contents_.find(fingerprint);
  return found == contents_.end() ? nullptr : found->second;
}

std::shared_ptr<const Receipt> MemoryCatalog::kept_under(const std::string& dataset, const std::string& key) const {
  const SystemTime oldest = system_now() - retention_.keep;
  for (const KeptReceipt& kept : receipts_) {
    const Version& version = kept.receipt.version;
    if (kept.key == key && version.dataset == dataset && version.sealed > oldest) {
      return std::make_shared<const Receipt>(kept.receipt);
    }
  }
  return nullptr;
}

std::optional<VersionTag> MemoryCatalog::latest(const std::string& dataset) const {
  const auto found = datasets_.find(dataset);
  if (found == datasets_.end() || found->second.rows.empty()) {
    return std::nullopt;
  }
  const Version& version = found->second.rows.rbegin()->second.version;
  return VersionTag{version.number, version.fingerprint};
}

Result<std::optional<Published>> MemoryCatalog::answered(const NewVersion& version, const hashing::Fingerprint* asked,
                                                         const std::string* location) const {
  if (const auto& idempotency = version.idempotency) {
    if (auto earlier = kept_under(version.dataset, idempotency->key)) {
      if (asked != nullptr) {
        if (auto same = check_same_identity(*idempotency, *earlier, *asked); !same) {
          return fail(std::move(same.error()));
        }
      }
      const auto kept = find(earlier->content.sequence);
      const bool owns = location != nullptr && kept && kept->content.location == *location;
      Published replayed{earlier->version, earlier->content, !owns, earlier};
      replayed.content.digests = kept ? kept->content.digests : "";
      return replayed;
    }
  }
  if (auto holds = check_precondition(version.precondition, version.dataset, latest(version.dataset)); !holds) {
    return fail(std::move(holds.error()));
  }
  return std::optional<Published>{};
}

void MemoryCatalog::keep_receipt(const NewVersion& version, const Published& published) {
  if (!version.idempotency) {
    return;
  }
  Receipt receipt = version.idempotency->account;
  receipt.ingest = version.ingest;
  receipt.version = published.version;
  receipt.content = published.content;
  receipt.reused = published.reused;
  while (receipts_.size() >= std::max<std::size_t>(retention_.keys_max, 1)) {
    receipts_.pop_front();
  }
  receipts_.push_back({version.idempotency->key, std::move(receipt)});
}

awaitable<Result<void>> MemoryCatalog::admit(NewVersion version) {
  const std::lock_guard lock(mutex_);
  auto answer = answered(version, nullptr, nullptr);
  co_return answer ? Result<void>{} : fail(std::move(answer.error()));
}

Published MemoryCatalog::add(const NewVersion& version, const hashing::Fingerprint& asked, std::shared_ptr<Kept> kept,
                             bool reused) {
  Dataset& dataset = datasets_[version.dataset];
  ++kept->versions;
  Row row;
  row.version.dataset = version.dataset;
  row.version.number = ++dataset.last_number;
  row.version.order = version.order;
  row.version.fingerprint = asked;
  row.version.ingest = version.ingest;
  row.version.sealed = system_now();
  row.kept = std::move(kept);
  row.reused = reused;
  const std::uint64_t number = row.version.number;
  Published added = published(dataset.rows.emplace(number, std::move(row)).first->second);
  keep_receipt(version, added);
  return added;
}

void MemoryCatalog::adopt_digests(Kept& kept, const Content& content) {
  if (kept.content.digests.empty() && kept.content.multiset == content.multiset) {
    kept.content.digests = content.digests;
  }
}

void MemoryCatalog::release(const Row& row, Released& released) {
  ++released.versions;
  if (--row.kept->versions != 0) {
    return;
  }
  released.locations.push_back(row.kept->content.location);
  digests_.erase(row.kept->content.digests);
  std::erase_if(contents_, [&](const auto& entry) { return entry.second == row.kept; });
}

awaitable<Result<Published>> MemoryCatalog::alias(NewVersion version, hashing::Fingerprint fingerprint) {
  const std::lock_guard lock(mutex_);
  auto answer = answered(version, &fingerprint, nullptr);
  if (!answer) {
    co_return fail(std::move(answer.error()));
  }
  if (*answer) {
    co_return **std::move(answer);
  }
  auto kept = find(fingerprint);
  if (!kept) {
    co_return fail(ErrorCode::not_found, "there is no content " + fingerprint.text());
  }
  co_return add(version, fingerprint, std::move(kept), true);
}

awaitable<Result<Published>> MemoryCatalog::publish(NewVersion version, Content content) {
  const std::lock_guard lock(mutex_);
  const bool set = version.order == Order::set && content.multiset;
  const hashing::Fingerprint asked = set ? *content.multiset : content.sequence;
  auto answer = answered(version, &asked, &content.location);
  if (!answer) {
    co_return fail(std::move(answer.error()));
  }
  if (*answer) {
    co_return **std::move(answer);
  }
  auto kept = find(asked);
  if (!kept) {
    kept = find(content.sequence);
    if (kept && content.multiset && !kept->content.multiset) {
      kept->content.multiset = content.multiset;
      contents_.try_emplace(*content.multiset, kept);
    }
  }
  if (kept) {
    adopt_digests(*kept, content);
    co_return add(version, asked, std::move(kept), true);
  }
  kept = std::make_shared<Kept>(Kept{std::move(content), 0});
  contents_[kept->content.sequence] = kept;
  if (kept->content.multiset) {
    contents_.try_emplace(*kept->content.multiset, kept);
  }
  co_return add(version, asked, std::move(kept), false);
}

awaitable<Result<std::optional<Content>>> MemoryCatalog::find_content(hashing::Fingerprint fingerprint) {
  const std::lock_guard lock(mutex_);
  const auto kept = find(fingerprint);
  co_return kept ? std::optional{kept->content} : std::nullopt;
}

awaitable<Result<std::vector<DatasetSummary>>> MemoryCatalog::datasets() {
  const std::lock_guard lock(mutex_);
  std::vector<DatasetSummary> summaries;
  for (const auto& [name, dataset] : datasets_) {
    if (!dataset.rows.empty()) {
      summaries.push_back({name, dataset.rows.size(), published(dataset.rows.rbegin()->second)});
    }
  }
  co_return summaries;
}

awaitable<Result<std::vector<Published>>> MemoryCatalog::versions(std::string dataset) {
  const std::lock_guard lock(mutex_);
  std::vector<Published> all;
  if (const auto found = datasets_.find(dataset); found != datasets_.end()) {
    for (const auto& [number, row] : found->second.rows) {
      all.push_back(published(row));
    }
    std::reverse(all.begin(), all.end());
  }
  co_return all;
}

awaitable<Result<Published>> MemoryCatalog::version(std::string dataset, std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = datasets_.find(dataset);
  if (found == datasets_.end() || found->second.rows.empty()) {
    co_return fail(ErrorCode::not_found, "there is no dataset " + dataset);
  }
  const auto& rows = found->second.rows;
  const auto row = number == 0 ? std::prev(rows.end()) : rows.find(number);
  if (row == rows.end()) {
    co_return fail(ErrorCode::not_found, "dataset " + dataset + " has no version " + std::to_string(number));
  }
  co_return published(row->second);
}

awaitable<Result<std::string>> MemoryCatalog::keep_digests(std::string ingest, hashing::MultisetHash& rows) {
  std::vector<hashing::Digest> digests;
  auto ascending = rows.ascending();
  for (auto block = ascending.next_block(); !block.empty(); block = ascending.next_block()) {
    digests.insert(digests.end(), block.begin(), block.end());
  }
  if (const std::error_code error = rows.error()) {
    co_return fail(spill_error(error));
  }
  const std::lock_guard lock(mutex_);
  digests_[ingest] = std::make_shared<const std::vector<hashing::Digest>>(std::move(digests));
  co_return ingest;
}

awaitable<Result<void>> MemoryCatalog::drop_digests(std::string digests) {
  const std::lock_guard lock(mutex_);
  digests_.erase(digests);
  co_return Result<void>{};
}

awaitable<Result<std::unique_ptr<RowDigests>>> MemoryCatalog::read_digests(Content content) {
  const std::lock_guard lock(mutex_);
  if (content.digests.empty()) {
    co_return std::unique_ptr<RowDigests>{};
  }
  const auto found = digests_.find(content.digests);
  if (found == digests_.end()) {
    co_return fail(ErrorCode::not_found, "there are no row digests " + content.digests);
  }
  co_return std::unique_ptr<RowDigests>{std::make_unique<DigestsInMemory>(found->second)};
}

awaitable<Result<Released>> MemoryCatalog::remove(std::string dataset, std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = datasets_.find(dataset);
  if (found == datasets_.end() || found->second.rows.empty()) {
    co_return fail(ErrorCode::not_found, "there is no dataset " + dataset);
  }
  auto& rows = found->second.rows;
  Released released;
  if (number == 0) {
    for (const auto& [unused, row] : rows) {
      release(row, released);
    }
    rows.clear();
    co_return released;
  }
  const auto row = rows.find(number);
  if (row == rows.end()) {
    co_return fail(ErrorCode::not_found, "dataset " + dataset + " has no version " + std::to_string(number));
  }
  release(row->second, released);
  rows.erase(row);
  co_return released;
}

awaitable<Result<std::vector<std::string>>> MemoryCatalog::digests() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (const auto& [fingerprint, kept] : contents_) {
    if (fingerprint == kept->content.sequence && !kept->content.digests.empty()) {
      all.push_back(kept->content.digests);
    }
  }
  co_return all;
}

awaitable<Result<std::vector<std::string>>> MemoryCatalog::locations() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (const auto& [fingerprint, kept] : contents_) {
    if (fingerprint == kept->content.sequence) {
      all.push_back(kept->content.location);
    }
  }
  co_return all;
}

}  // namespace rowprint
