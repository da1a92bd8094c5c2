#pragma once

#include "hashing/bytes.hpp"
#include "ingest/model/cell.hpp"
#include "ingest/model/error.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rowprint {

/// What the names of all columns of a source come to, in bytes, at most.
constexpr std::size_t kColumnNamesBytesMax = 256U << 10U;

/// What is said of a source beyond it.
std::string too_long_names();

/// The columns that a source has met so far, in the order of their first appearance, and their canonical order.
///
/// Thread safety: immutable while shared; a BatchBuilder makes a new one when a column appears. Ownership: by the
/// batches.
class ColumnTable {
 public:
  std::size_t size() const { return names_.size(); }
  const std::string& name(std::size_t ordinal) const { return names_[ordinal]; }
  std::size_t name_bytes() const { return name_bytes_; }
  /// The ordinal of `name`, or nothing. Cost: one hash lookup.
  std::optional<std::uint32_t> find(std::string_view name) const;
  /// Appends a column. `name` has been checked (check_column_name) and is not there yet.
  std::uint32_t add(std::string name);

  /// Ordinals in the order of the canonical encoding (bytewise by encoded key).
  std::span<const std::uint32_t> canonical_order() const { return canonical_order_; }
  /// The encoded key: CBOR text head and name.
  hashing::ByteView encoded_key(std::size_t ordinal) const { return hashing::as_bytes(encoded_keys_[ordinal]); }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::vector<std::string> names_;
  std::size_t name_bytes_ = 0;
  std::vector<std::string> encoded_keys_;
  std::vector<std::uint32_t> canonical_order_;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> ordinals_;
};

/// In Batch::kinds(): some integer of the column lies outside ±2^53, where a double is not exact.
constexpr std::uint32_t kBeyondDouble = 1U << 31U;

/// The canonical encoding of a batch: rows one after the other; row i ends at ends[i].
struct EncodedRows {
  hashing::ByteBuffer bytes;
  std::vector<std::uint32_t> ends;
};

/// A bounded group of rows that travels together: cells in row order and the bytes they point into.
///
/// Lifecycle: made by a BatchBuilder, then read-only but for encode(). Move-only; cells stay valid when it moves.
/// Thread safety: none; it travels from one thread to the next. Ownership: owns its cells, its arena and the buffers
/// kept in it. Limits: those its builder was given.
class Batch {
 public:
  Batch() = default;
  Batch(Batch&&) noexcept = default;
  Batch& operator=(Batch&&) noexcept = default;

  std::size_t rows() const { return row_ends_.size(); }
  bool empty() const { return row_ends_.empty(); }
  /// The cells of a row by column ordinal. Columns past its end are null: they appeared later.
  std::span<const Cell> row(std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : row_ends_[index - 1];
    return {cells_.data() + begin, row_ends_[index] - begin};
  }
  const ColumnTable& columns() const { return *columns_; }
  const std::shared_ptr<const ColumnTable>& shared_columns() const { return columns_; }
  /// The number of the first row in its ingest; the first of all is 1.
  std::uint64_t first_row() const { return first_row_; }
  /// Where in its source's bytes a row begins, the first is 0; nothing where its source has none.
  std::optional<std::uint64_t> row_offset(std::size_t index) const {
    return row_offsets_.empty() ? std::nullopt : std::optional{row_offsets_[index]};
  }
  /// `error` as one of a whole row: with its number and where it begins.
  Error at_row(std::size_t index, Error error) const;
  /// Memory held, in bytes: cells, arena, kept buffers, and the encoding once there is one.
  std::size_t memory_bytes() const;

  /// Encodes all rows (once; a second call does nothing) and notes what kinds each column holds. Errors: limit_exceeded
  /// at the row whose encoding is longer than `row_bytes_max`.
  Result<void> encode(std::size_t row_bytes_max);
  /// After encode().
  const EncodedRows& encoded() const { return encoded_; }
  /// After encode(): for each column ordinal the kinds in this batch, bit 1 << Kind each, and kBeyondDouble. Nulls set
  /// none.
  std::span<const std::uint32_t> kinds() const { return kinds_; }

 private:
  friend class BatchBuilder;

  std::shared_ptr<const ColumnTable> columns_ = std::make_shared<const ColumnTable>();
  std::vector<Cell> cells_;
  std::vector<std::uint32_t> row_ends_;
  std::vector<std::uint64_t> row_offsets_;  ///< as many as there are rows, or none
  std::vector<std::unique_ptr<std::uint8_t[]>> arena_;
  std::size_t arena_bytes_ = 0;
  std::uint64_t first_row_ = 1;
  EncodedRows encoded_;
  std::vector<std::uint32_t> kinds_;
};

/// Collects rows into batches. Used by sources.
///
/// Lifecycle: for every row begin_row(), set() cells, end_row() (or abandon_row()); take() when batch_full() and at the
/// end. Thread safety: none. Limits: `columns_max` columns. Cells that point anywhere but static storage must point
/// into bytes that keep(), room() or adopt() gave to this builder since the last take().
class BatchBuilder {
 public:
  struct Limits {
    std::size_t batch_bytes = 512U << 10U;  ///< batch_full() from here on
    std::size_t batch_rows = 4096;          ///< batch_full() from here on
    std::size_t columns_max = 1000;
  };
  BatchBuilder() : BatchBuilder(Limits{}) {}
  explicit BatchBuilder(Limits limits) : limits_(limits) {}

  /// The ordinal of a column, added if it is new. Errors: bad_input (not a column name), limit_exceeded (columns_max,
  /// kColumnNamesBytesMax).
  Result<std::uint32_t> column(std::string_view name);
  const ColumnTable& columns() const { return *columns_; }

  void begin_row();
  /// Sets a cell of the row begun. The ordinal is one that column() gave. A cell set twice holds the last. Always in
  /// line: a call would take longer than what it does.
  [[gnu::always_inline]] void set(std::uint32_t ordinal, const Cell& cell) {
    if (ordinal >= width_) {
      widen(ordinal);
    }
    batch_.cells_[row_begin_ + ordinal] = cell;
  }
  void end_row();
  /// The same of a row that begins at this byte of what is read. A source says it of all its rows, or of none.
  void end_row(std::uint64_t offset);
  /// Forgets the row begun.
  void abandon_row();

  /// Room for `size` bytes that lives as long as the batch.
  std::uint8_t* room(std::size_t size);
  std::string_view keep(std::string_view text);
  hashing::ByteView keep(hashing::ByteView bytes) { return hashing::as_bytes(keep(hashing::as_text(bytes))); }
  /// Lets the batch own a whole buffer of `size` bytes into which its cells point.
  void adopt(std::unique_ptr<std::uint8_t[]> buffer, std::size_t size);

  std::size_t rows() const { return batch_.rows(); }
  /// The number that the row begun, or the next to begin, has.
  std::uint64_t next_row() const { return batch_.first_row_ + batch_.rows(); }
  bool batch_full() const {
    return batch_.rows() >= limits_.batch_rows ||
           batch_.arena_bytes_ + batch_.cells_.size() * sizeof(Cell) >= limits_.batch_bytes;
  }
  /// The rows so far; the builder goes on with the next batch. Not between begin_row() and end_row().
  Batch take();
  /// Starts again at row 1, columns kept. For concrete sources that are read once more.
  void rewind();

 private:
  void widen(std::uint32_t ordinal);

  Limits limits_;
  std::shared_ptr<ColumnTable> columns_ = std::make_shared<ColumnTable>();
  bool columns_shared_ = false;
  Batch batch_;
  std::size_t row_begin_ = 0;
  std::size_t width_ = 0;
  std::uint8_t* arena_next_ = nullptr;
  std::size_t arena_left_ = 0;
};

}  // namespace rowprint
