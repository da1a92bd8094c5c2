#include "store/sqlite/unpublished_rows.hpp"

#include <utility>

namespace rowprint::sqlite {
namespace {

constexpr std::string_view kPrefix = "catalog:";

}  // namespace

std::string small_location(std::string_view ingest) {
  return std::string{kPrefix}.append(ingest);
}

bool is_small_location(std::string_view location) {
  return location.starts_with(kPrefix);
}

bool UnpublishedRows::add(const std::string& location, std::string rows) {
  auto shared = std::make_shared<const std::string>(std::move(rows));
  const std::lock_guard lock(mutex_);
  return rows_.try_emplace(location, std::move(shared)).second;
}

UnpublishedRows::Rows UnpublishedRows::find(const std::string& location) const {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(location);
  return found == rows_.end() ? nullptr : found->second;
}

UnpublishedRows::Rows UnpublishedRows::take(const std::string& location) {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(location);
  if (found == rows_.end()) {
    return nullptr;
  }
  Rows rows = std::move(found->second);
  rows_.erase(found);
  return rows;
}

std::vector<std::string> UnpublishedRows::clear() {
  std::vector<std::string> locations;
  const std::lock_guard lock(mutex_);
  for (const auto& [location, rows] : rows_) {
    locations.push_back(location);
  }
  rows_.clear();
  return locations;
}

}  // namespace rowprint::sqlite
