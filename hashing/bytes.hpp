#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace rowprint::hashing {

using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A growable run of bytes that is never zero-filled: encoders write through a raw pointer.
///
/// Lifecycle: empty after construction and after clear(), which keeps the capacity.
/// Ownership: owns its bytes; move-only. Thread safety: none, one thread at a time.
/// Limits: grows by doubling, so memory is at most twice the largest size reached.
class ByteBuffer {
 public:
  ByteBuffer() = default;
  ByteBuffer(ByteBuffer&& other) noexcept { swap(other); }
  ByteBuffer& operator=(ByteBuffer&& other) noexcept {
    ByteBuffer{std::move(other)}.swap(*this);
    return *this;
  }
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;
  ~ByteBuffer() = default;

  /// Makes room for `extra` more bytes and returns where they go; size() is unchanged until commit().
  /// The pointer is valid until the next grow() or append().
  std::uint8_t* grow(std::size_t extra) {
    if (capacity_ - size_ < extra) {
      reallocate(std::max(capacity_ * 2, size_ + extra));
    }
    return bytes_.get() + size_;
  }
  /// Takes everything before `end`, a pointer into the room that grow() gave, as written.
  void commit(const std::uint8_t* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }

  void append(ByteView bytes) {
    std::uint8_t* out = grow(bytes.size());
    if (!bytes.empty()) {
      std::memcpy(out, bytes.data(), bytes.size());
    }
    size_ += bytes.size();
  }
  void push_back(std::uint8_t byte) {
    *grow(1) = byte;
    ++size_;
  }
  /// Forgets everything from `size` on. `size` is at most size().
  void truncate(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }
  void reserve(std::size_t capacity) {
    if (capacity > capacity_) {
      reallocate(capacity);
    }
  }

  const std::uint8_t* data() const { return bytes_.get(); }
  std::uint8_t* data() { return bytes_.get(); }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  ByteView view() const { return {bytes_.get(), size_}; }

 private:
  void reallocate(std::size_t capacity) {
    auto bytes = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
    if (size_ != 0) {
      std::memcpy(bytes.get(), bytes_.get(), size_);
    }
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }
  void swap(ByteBuffer& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace rowprint::hashing
