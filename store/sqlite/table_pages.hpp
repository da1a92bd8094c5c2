#pragma once

#include "hashing/bytes.hpp"
#include "ingest/disk/disk.hpp"
#include "ingest/disk/sync_ahead.hpp"
#include "ingest/model/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace rowprint::sqlite {

/// Writes the B-tree of a table from its first row to its last (https://sqlite.org/fileformat2.html, sections 1.5 and
/// 1.6): every page once, in the order of the file, and none read again. SQLite's own way of inserting costs four times
/// as much, since it looks for the place of every row.
///
/// Lifecycle: append() in order, the first row has the rowid 1; finish() once; after an error nothing more. Thread
/// safety: none. Ownership: borrows the file, which is empty. Memory: kBufferBytes, a page, and 16 KiB for each level
/// of the tree. Errors: limit_exceeded for what SQLite could not read again; those of the file.
class TablePages {
 public:
  static constexpr std::size_t kPageBytes = 16U << 10U;
  static constexpr std::size_t kBufferBytes = 256U << 10U;
  /// Of the table; page 1 is the head of the file.
  static constexpr std::uint32_t kRootPage = 2;
  /// SQLite's own limit for a row, SQLITE_MAX_LENGTH.
  static constexpr std::size_t kRecordBytesMax = 1'000'000'000;
  /// The page that no SQLite file uses, since its bytes are the ones that are locked.
  static constexpr std::uint32_t kLockPage = 0x4000'0000 / kPageBytes + 1;

  /// `first_page` is where the pages begin, and is there for tests: nothing lies between the root and it.
  explicit TablePages(DiskFile& file, std::uint32_t first_page = kRootPage + 1);

  Result<void> append(hashing::ByteView record);
  /// Makes a database of the file. `model` is the image of one that has this table, without rows, and nothing else:
  /// what the head of a file says is SQLite's business.
  Result<void> finish(hashing::ByteBuffer model);
  std::uint64_t rows() const { return rows_; }

 private:
  /// A page of the tree, and the greatest rowid in it and below it.
  struct Child {
    std::uint32_t page = 0;
    std::uint64_t last_row = 0;
  };
  /// Children of one page; its last one has no cell.
  static constexpr std::size_t kChildrenMax = 1024;

  struct Place {
    std::uint8_t* bytes = nullptr;  ///< zeros
    std::uint32_t number = 0;
  };
  Result<Place> new_page();
  Result<void> write_out();
  Result<std::uint32_t> write_overflow(hashing::ByteView rest);
  void begin_leaf();
  void seal_leaf();
  Result<void> close_leaf();
  Result<void> add_child(std::size_t level, Child child);
  /// The first `count` children of a level become those of one page above.
  Result<void> close_node(std::size_t level, std::size_t count);
  Result<void> write_root();

  DiskFile& file_;
  std::uint32_t next_page_;
  std::uint64_t rows_ = 0;
  hashing::ByteBuffer buffer_;       ///< pages on their way out
  std::uint64_t buffer_offset_ = 0;  ///< in the file
  SyncAhead ahead_;
  std::unique_ptr<std::uint8_t[]> leaf_;
  std::size_t leaf_cells_ = 0;
  std::size_t leaf_content_ = kPageBytes;  ///< where the cells begin, which fill the page from its end
  std::vector<std::vector<Child>> levels_;
};

}  // namespace rowprint::sqlite
