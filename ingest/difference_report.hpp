#pragma once

#include "ingest/compare.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rowprint {

/// The row of a batch, which is encoded, as its canonical bytes.
hashing::ByteView encoded_row(const Batch& batch, std::size_t index);

/// Where two sides part, as far as a bounded report has room for it.
///
/// Lifecycle: add as rows pass; counts go on when it is full. take() at the end. Thread safety: none. Memory: the items
/// and bytes that CompareLimits gives it.
class DifferenceReport {
 public:
  explicit DifferenceReport(const CompareLimits& limits);

  bool full() const { return items_.size() >= items_max_; }
  std::uint64_t rows_differing() const { return rows_differing_; }
  std::optional<std::uint64_t> first_row() const { return first_row_; }

  /// The row is on both sides: an item for each column whose value differs.
  void add_changed(std::uint64_t row, const Batch& source, std::size_t source_index, const Batch& stored,
                   std::size_t stored_index);
  /// The row of a batch is on one side only.
  void add_unpaired(Difference::Kind kind, const Batch& batch, std::size_t index);
  /// As many more of a row, whatever it is, on one side. Its item can be found and shown later.
  void add_unpaired(Difference::Kind kind, std::uint64_t count);
  /// Gives the item at `index` its row, and the value if there is room.
  void show(std::size_t index, const Batch& batch, std::size_t row_index);

  std::size_t size() const { return items_.size(); }
  /// Sorted by row, those without one at the end.
  std::vector<Difference> take();

 private:
  bool take_room(std::size_t bytes);
  std::optional<Value> shown(const Cell& cell);
  void add_changed(std::uint64_t row, const std::string& column, const Cell& source, const Cell& stored);

  std::size_t items_max_;
  std::size_t value_bytes_max_;
  std::size_t bytes_left_;
  std::vector<Difference> items_;
  std::uint64_t rows_differing_ = 0;
  std::optional<std::uint64_t> first_row_;
  hashing::ByteBuffer source_encoding_;
  hashing::ByteBuffer stored_encoding_;
};

/// Columns whose types differ, by name, in the order of the source's, then the stored's; all of them.
std::vector<Difference> differing_columns(const Schema& source, const Schema& stored);

}  // namespace rowprint
