#include "ingest/model/batch.hpp"

#include "hashing/canonical.hpp"
#include "ingest/model/schema.hpp"

#include <algorithm>
#include <cstring>

namespace rowprint {
namespace {

constexpr std::size_t kArenaChunkBytes = 32U << 10U;

}  // namespace

std::string too_long_names() {
  return "column names of more than " + std::to_string(kColumnNamesBytesMax) + " bytes together";
}

std::optional<std::uint32_t> ColumnTable::find(std::string_view name) const {
  const auto found = ordinals_.find(name);
  return found == ordinals_.end() ? std::nullopt : std::optional{found->second};
}

std::uint32_t ColumnTable::add(std::string name) {
  hashing::ByteBuffer key;
  hashing::put_text(key, name);
  const auto ordinal = static_cast<std::uint32_t>(names_.size());
  encoded_keys_.emplace_back(hashing::as_text(key.view()));
  // std::string compares its characters as unsigned bytes, which is the order the encoding asks for.
  const auto place =
      std::ranges::upper_bound(canonical_order_, encoded_keys_.back(), {},
                               [this](std::uint32_t other) -> const std::string& { return encoded_keys_[other]; });
  canonical_order_.insert(place, ordinal);
  ordinals_.emplace(name, ordinal);
  name_bytes_ += name.size();
  names_.push_back(std::move(name));
  return ordinal;
}

std::size_t Batch::memory_bytes() const {
  return cells_.capacity() * sizeof(Cell) + row_ends_.capacity() * sizeof(std::uint32_t) +
         row_offsets_.capacity() * sizeof(std::uint64_t) + arena_bytes_ + encoded_.bytes.capacity() +
         encoded_.ends.capacity() * sizeof(std::uint32_t);
}

Error Batch::at_row(std::size_t index, Error error) const {
  error.row = first_row_ + index;
  error.offset = row_offset(index);
  return error;
}

Result<std::uint32_t> BatchBuilder::column(std::string_view name) {
  if (const auto ordinal = columns_->find(name)) {
    return *ordinal;
  }
  if (auto checked = check_column_name(name); !checked) {
    return fail(checked.error());
  }
  if (columns_->size() >= limits_.columns_max) {
    Error error{ErrorCode::limit_exceeded, "more than " + std::to_string(limits_.columns_max) + " columns", {}, {}, {}};
    error.column = name;
    return fail(std::move(error));
  }
  if (columns_->name_bytes() + name.size() > kColumnNamesBytesMax) {
    return fail(ErrorCode::limit_exceeded, too_long_names());
  }
  if (columns_shared_) {
    columns_ = std::make_shared<ColumnTable>(*columns_);
    columns_shared_ = false;
  }
  return columns_->add(std::string{name});
}

void BatchBuilder::begin_row() {
  row_begin_ = batch_.cells_.size();
  width_ = columns_->size();
  batch_.cells_.resize(row_begin_ + width_);
}

void BatchBuilder::widen(std::uint32_t ordinal) {
  width_ = ordinal + std::size_t{1};
  batch_.cells_.resize(row_begin_ + width_);
}

void BatchBuilder::end_row() {
  batch_.row_ends_.push_back(static_cast<std::uint32_t>(batch_.cells_.size()));
}

void BatchBuilder::end_row(std::uint64_t offset) {
  end_row();
  batch_.row_offsets_.push_back(offset);
}

void BatchBuilder::abandon_row() {
  batch_.cells_.resize(row_begin_);
}

std::uint8_t* BatchBuilder::room(std::size_t size) {
  if (size > arena_left_) {
    const std::size_t chunk = std::max(size, kArenaChunkBytes);
    batch_.arena_.push_back(std::make_unique_for_overwrite<std::uint8_t[]>(chunk));
    batch_.arena_bytes_ += chunk;
    if (size == chunk) {
      return batch_.arena_.back().get();
    }
    arena_next_ = batch_.arena_.back().get();
    arena_left_ = chunk;
  }
  std::uint8_t* place = arena_next_;
  arena_next_ += size;
  arena_left_ -= size;
  return place;
}

std::string_view BatchBuilder::keep(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  std::uint8_t* place = room(text.size());
  std::memcpy(place, text.data(), text.size());
  return {reinterpret_cast<const char*>(place), text.size()};
}

void BatchBuilder::adopt(std::unique_ptr<std::uint8_t[]> buffer, std::size_t size) {
  batch_.arena_.push_back(std::move(buffer));
  batch_.arena_bytes_ += size;
}

Batch BatchBuilder::take() {
  Batch batch = std::move(batch_);
  batch.columns_ = columns_;
  columns_shared_ = true;
  batch_ = Batch{};
  batch_.first_row_ = batch.first_row_ + batch.rows();
  batch_.cells_.reserve(batch.cells_.size());
  batch_.row_ends_.reserve(batch.row_ends_.size());
  batch_.row_offsets_.reserve(batch.row_offsets_.size());
  arena_next_ = nullptr;
  arena_left_ = 0;
  return batch;
}

void BatchBuilder::rewind() {
  batch_ = Batch{};
  arena_next_ = nullptr;
  arena_left_ = 0;
}

}  // namespace rowprint
