#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rowprint::sqlite {

/// The location of a small content, whose rows lie in the catalog: `catalog:<ingest>`. No file is ever called that.
std::string small_location(std::string_view ingest);
bool is_small_location(std::string_view location);

/// The rows of small contents that are sealed and not yet published: they wait for the catalog to put them into the
/// commit that makes them visible.
///
/// Thread safety: all functions from any thread. Limits: the rows of an ingest are part of its share of memory, and
/// gone from here when it has tried to publish them, whatever came of it.
class UnpublishedRows {
 public:
  using Rows = std::shared_ptr<const std::string>;

  /// False where the location was used before.
  bool add(const std::string& location, std::string rows);
  /// Empty where there are none.
  Rows find(const std::string& location) const;
  /// The same, and forgets them.
  Rows take(const std::string& location);
  /// Forgets all, and says which they were.
  std::vector<std::string> clear();

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Rows> rows_;
};

}  // namespace rowprint::sqlite
