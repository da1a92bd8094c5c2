#include "connectors/http/read_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace rowprint {
namespace {

constexpr std::size_t kFirstReadBytes = 16U << 10U;
constexpr std::size_t kLeastReadBytes = 4U << 10U;

}  // namespace

ReadBuffer::ReadBuffer(Limits limits) : limits_(limits), next_capacity_(std::min(kFirstReadBytes, limits.read_bytes)) {}

BatchBuilder::Limits ReadBuffer::beside(BatchBuilder::Limits batch, std::size_t read_bytes) {
  batch.batch_bytes -= std::min(read_bytes, batch.batch_bytes / 2);
  return batch;
}

awaitable<void> ReadBuffer::fill(ByteStream& stream) {
  make_room();
  while (filled_ < buffer_.capacity && !ended_ && !error_) {
    const std::span<std::uint8_t> room{buffer_.bytes.get() + filled_, buffer_.capacity - filled_};
    const Result<std::size_t> got = co_await stream.read(room);
    if (!got) {
      error_ = got.error();
    } else if (*got == 0) {
      ended_ = true;
    } else {
      filled_ += *got;
    }
  }
  if (buffer_.bytes && limits_.padding != 0) {
    buffer_.bytes[filled_] = '\n';
  }
}

void ReadBuffer::hand_over(BatchBuilder& builder) {
  const std::size_t rest = filled_ - taken_;
  const bool used_up = !builder.batch_full();
  next_capacity_ = used_up ? std::min(next_capacity_ * 2, limits_.read_bytes)
                           : std::clamp(taken_ + taken_ / 8, kLeastReadBytes, limits_.read_bytes);
  Buffer next;
  if (rest != 0) {
    next = new_buffer(std::max(next_capacity_, rest));
    std::memcpy(next.bytes.get(), buffer_.bytes.get() + taken_, rest);
  }
  builder.adopt(std::move(buffer_.bytes), buffer_.capacity + limits_.padding);
  buffer_ = std::move(next);
  buffer_offset_ += taken_;
  filled_ = rest;
  taken_ = 0;
}

void ReadBuffer::rewind() {
  buffer_ = {};
  filled_ = 0;
  taken_ = 0;
  buffer_offset_ = 0;
  ended_ = false;
  error_.reset();
}

void ReadBuffer::make_room() {
  if (!buffer_.bytes) {
    buffer_ = ended_ ? Buffer{} : new_buffer(next_capacity_);
    return;
  }
  const std::size_t rest = filled_ - taken_;
  if (taken_ != 0) {
    std::memmove(buffer_.bytes.get(), buffer_.bytes.get() + taken_, rest);
    buffer_offset_ += taken_;
    filled_ = rest;
    taken_ = 0;
  }
  if (filled_ == buffer_.capacity && !ended_) {
    Buffer larger = new_buffer(std::max(buffer_.capacity + 1, std::min(buffer_.capacity * 2, limits_.row_bytes_max)));
    std::memcpy(larger.bytes.get(), buffer_.bytes.get(), filled_);
    buffer_ = std::move(larger);
  }
}

ReadBuffer::Buffer ReadBuffer::new_buffer(std::size_t capacity) const {
  Buffer buffer{std::make_unique_for_overwrite<std::uint8_t[]>(capacity + limits_.padding), capacity};
  std::memset(buffer.bytes.get() + capacity, '\n', limits_.padding);
  return buffer;
}

}  // namespace rowprint
