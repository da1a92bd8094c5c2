#include "store/sqlite/table_pages.hpp"

#include "store/sqlite/varint.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <span>

namespace rowprint::sqlite {
namespace {

constexpr std::uint8_t kLeaf = 13;
constexpr std::uint8_t kInterior = 5;
constexpr std::size_t kLeafHeadBytes = 8;
constexpr std::size_t kInteriorHeadBytes = 12;
constexpr std::size_t kPointerBytes = 2;
constexpr std::size_t kPageNumberBytes = 4;
/// In the head of the file (section 1.3): how many pages it has.
constexpr std::size_t kPageCountOffset = 28;
constexpr std::uint32_t kPageNumberMax = std::numeric_limits<std::uint32_t>::max() - 1;

// What of a record lies in its leaf: all of it, or so much that the rest fills its overflow pages, within two bounds.
constexpr std::size_t kLocalBytesMax = TablePages::kPageBytes - 35;
constexpr std::size_t kLocalBytesMin = (TablePages::kPageBytes - 12) * 32 / 255 - 23;
constexpr std::size_t kOverflowBytes = TablePages::kPageBytes - kPageNumberBytes;

std::size_t local_bytes(std::size_t record_bytes) {
  if (record_bytes <= kLocalBytesMax) {
    return record_bytes;
  }
  const std::size_t filling = kLocalBytesMin + (record_bytes - kLocalBytesMin) % kOverflowBytes;
  return filling <= kLocalBytesMax ? filling : kLocalBytesMin;
}

void put_u16(std::uint8_t* out, std::size_t value) {
  out[0] = static_cast<std::uint8_t>(value >> 8U);
  out[1] = static_cast<std::uint8_t>(value);
}

void put_u32(std::uint8_t* out, std::uint32_t value) {
  put_u16(out, value >> 16U);
  put_u16(out + 2, value & 0xffffU);
}

/// No freeblocks and no fragments: nothing was ever removed.
void put_page_head(std::uint8_t* page, std::uint8_t kind, std::size_t cells, std::size_t content) {
  page[0] = kind;
  put_u16(page + 1, 0);
  put_u16(page + 3, cells);
  put_u16(page + 5, content);
  page[7] = 0;
}

}  // namespace

TablePages::TablePages(DiskFile& file, std::uint32_t first_page)
    : file_(file),
      next_page_(first_page),
      buffer_offset_(std::uint64_t{first_page - 1} * kPageBytes),
      ahead_(file),
      leaf_(std::make_unique<std::uint8_t[]>(kPageBytes)) {
  buffer_.reserve(kBufferBytes);
}

Result<void> TablePages::append(hashing::ByteView record) {
  if (record.size() > kRecordBytesMax) {
    return fail(ErrorCode::limit_exceeded, "the row is longer than SQLite's limit of a billion bytes");
  }
  std::array<std::uint8_t, 2 * kVarintBytesMax> head;
  std::uint8_t* const head_end = write_varint(write_varint(head.data(), record.size()), rows_ + 1);
  const auto head_bytes = static_cast<std::size_t>(head_end - head.data());
  const std::size_t local = local_bytes(record.size());
  const bool overflows = local < record.size();
  const std::size_t cell_bytes = head_bytes + local + (overflows ? kPageNumberBytes : 0);
  if (kLeafHeadBytes + (leaf_cells_ + 1) * kPointerBytes + cell_bytes > leaf_content_) {
    if (auto closed = close_leaf(); !closed) {
      return closed;
    }
  }
  leaf_content_ -= cell_bytes;
  std::uint8_t* const cell = leaf_.get() + leaf_content_;
  std::memcpy(cell, head.data(), head_bytes);
  std::memcpy(cell + head_bytes, record.data(), local);
  if (overflows) {
    const auto first = write_overflow(record.subspan(local));
    if (!first) {
      return fail(first.error());
    }
    put_u32(cell + head_bytes + local, *first);
  }
  put_u16(leaf_.get() + kLeafHeadBytes + leaf_cells_ * kPointerBytes, leaf_content_);
  ++leaf_cells_;
  ++rows_;
  return {};
}

/// Gives the first page of the chain.
Result<std::uint32_t> TablePages::write_overflow(hashing::ByteView rest) {
  std::uint32_t first = 0;
  while (!rest.empty()) {
    const auto page = new_page();
    if (!page) {
      return fail(page.error());
    }
    first = first == 0 ? page->number : first;
    const hashing::ByteView part = rest.first(std::min(rest.size(), kOverflowBytes));
    rest = rest.subspan(part.size());
    // The chain takes the pages that come next, whatever else does.
    put_u32(page->bytes, rest.empty() ? 0 : next_page_ == kLockPage ? next_page_ + 1 : next_page_);
    std::memcpy(page->bytes + kPageNumberBytes, part.data(), part.size());
  }
  return first;
}

Result<TablePages::Place> TablePages::new_page() {
  for (;;) {
    if (next_page_ > kPageNumberMax) {
      return fail(ErrorCode::limit_exceeded, "more pages than a SQLite file has");
    }
    if (buffer_.size() + kPageBytes > kBufferBytes) {
      if (auto written = write_out(); !written) {
        return fail(written.error());
      }
    }
    std::uint8_t* const bytes = buffer_.grow(kPageBytes);
    std::memset(bytes, 0, kPageBytes);
    buffer_.commit(bytes + kPageBytes);
    const std::uint32_t number = next_page_++;
    if (number != kLockPage) {
      return Place{bytes, number};
    }
  }
}

Result<void> TablePages::write_out() {
  if (buffer_.empty()) {
    return {};
  }
  auto written = file_.write(buffer_offset_, buffer_.view());
  buffer_offset_ += buffer_.size();
  buffer_.clear();
  return written ? ahead_.written_to(buffer_offset_) : written;
}

void TablePages::seal_leaf() {
  put_page_head(leaf_.get(), kLeaf, leaf_cells_, leaf_content_);
}

Result<void> TablePages::close_leaf() {
  seal_leaf();
  const auto page = new_page();
  if (!page) {
    return fail(page.error());
  }
  std::memcpy(page->bytes, leaf_.get(), kPageBytes);
  std::memset(leaf_.get(), 0, kPageBytes);
  leaf_cells_ = 0;
  leaf_content_ = kPageBytes;
  return add_child(0, {page->number, rows_});
}

Result<void> TablePages::add_child(std::size_t level, Child child) {
  if (level == levels_.size()) {
    levels_.emplace_back();
  }
  std::vector<Child>& children = levels_[level];
  children.push_back(child);
  // Two more than a page takes, so that the pages of a level never end with one of a single child, which has no cell.
  return children.size() == kChildrenMax + 2 ? close_node(level, kChildrenMax) : Result<void>{};
}

namespace {

/// `Child` is TablePages' own. Cells hold all children but the last, which the head points to.
template <typename Child>
void put_interior(std::uint8_t* page, std::span<const Child> children) {
  std::size_t content = TablePages::kPageBytes;
  std::array<std::uint8_t, kPageNumberBytes + kVarintBytesMax> cell;
  for (std::size_t index = 0; index + 1 < children.size(); ++index) {
    put_u32(cell.data(), children[index].page);
    const auto* const end = write_varint(cell.data() + kPageNumberBytes, children[index].last_row);
    const auto bytes = static_cast<std::size_t>(end - cell.data());
    content -= bytes;
    std::memcpy(page + content, cell.data(), bytes);
    put_u16(page + kInteriorHeadBytes + index * kPointerBytes, content);
  }
  put_page_head(page, kInterior, children.size() - 1, content);
  put_u32(page + 8, children.back().page);
}

}  // namespace

Result<void> TablePages::close_node(std::size_t level, std::size_t count) {
  static_assert(kInteriorHeadBytes + (kChildrenMax - 1) * (kPointerBytes + kPageNumberBytes + kVarintBytesMax) <=
                kPageBytes);
  const auto page = new_page();
  if (!page) {
    return fail(page.error());
  }
  const std::span<const Child> children = std::span{levels_[level]}.first(count);
  put_interior(page->bytes, children);
  const Child node{page->number, children.back().last_row};
  levels_[level].erase(levels_[level].begin(), levels_[level].begin() + static_cast<std::ptrdiff_t>(count));
  return add_child(level + 1, node);
}

Result<void> TablePages::write_root() {
  if (levels_.empty()) {
    seal_leaf();
    return file_.write((kRootPage - 1) * kPageBytes, {leaf_.get(), kPageBytes});
  }
  if (auto closed = close_leaf(); !closed) {
    return closed;
  }
  // Closing a level's last nodes may give the next one its first.
  std::size_t level = 0;
  for (; level + 1 < levels_.size() || levels_[level].size() > kChildrenMax; ++level) {
    while (!levels_[level].empty()) {
      const std::size_t left = levels_[level].size();
      if (auto closed = close_node(level, left > kChildrenMax ? left - 2 : left); !closed) {
        return closed;
      }
    }
  }
  const auto root = std::make_unique<std::uint8_t[]>(kPageBytes);
  put_interior(root.get(), std::span<const Child>{levels_[level]});
  return file_.write((kRootPage - 1) * kPageBytes, {root.get(), kPageBytes});
}

Result<void> TablePages::finish(hashing::ByteBuffer model) {
  if (model.size() != kRootPage * kPageBytes) {
    return fail(ErrorCode::internal, "the head of a table's file is not two pages");
  }
  if (auto rooted = write_root(); !rooted) {
    return rooted;
  }
  if (auto written = write_out(); !written) {
    return written;
  }
  buffer_ = {};
  put_u32(model.data() + kPageCountOffset, next_page_ - 1);
  return file_.write(0, model.view().first(kPageBytes));
}

}  // namespace rowprint::sqlite
