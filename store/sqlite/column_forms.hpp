#pragma once

#include "store/sqlite/content_format.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rowprint::sqlite {

/// Learns the form of every column from the values that pass: the first one decides, and one that does not fit makes
/// its column tagged from its row on.
///
/// Lifecycle: widen() as columns appear; rows in order, the first is 1. Thread safety: none. Memory: O(columns).
class ColumnForms {
 public:
  void widen(std::size_t columns) { learned_.resize(columns, Learned::nothing); }
  std::size_t columns() const { return learned_.size(); }

  /// An integer, a float but NaN, or text is to be stored: as it is, in whatever form its column has afterwards.
  void take_plain(std::size_t ordinal, std::uint64_t row) {
    if (learned_[ordinal] == Learned::nothing || learned_[ordinal] == Learned::boolean) {
      leave_plain(ordinal, row);
    }
  }
  /// Whether bytes are to be stored as they are; else encoded.
  bool take_bytes(std::size_t ordinal, std::uint64_t row) {
    take_plain(ordinal, row);
    return learned_[ordinal] == Learned::native;
  }
  /// Whether a bool is to be stored as 0 or 1; else encoded.
  bool take_boolean(std::size_t ordinal, std::uint64_t row);
  /// Anything else: encoded.
  void take_other(std::size_t ordinal, std::uint64_t row) {
    if (learned_[ordinal] != Learned::tagged) {
      become_tagged(ordinal, row);
    }
  }

  /// A column that is not there is native from row 1.
  const std::vector<FormChange>& changes() const { return changes_; }

 private:
  enum class Learned : std::uint8_t { nothing, native, boolean, tagged };

  void leave_plain(std::size_t ordinal, std::uint64_t row);
  void become_tagged(std::size_t ordinal, std::uint64_t row);

  std::vector<Learned> learned_;
  std::vector<FormChange> changes_;
};

}  // namespace rowprint::sqlite
