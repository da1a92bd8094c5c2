#include "tests/unit/hashing/spill_in_memory.hpp"

#include <algorithm>

namespace rowprint::hashing {

std::error_code SpillInMemory::append(ByteView more) {
  if (fails()) {
    return std::make_error_code(std::errc::no_space_on_device);
  }
  log_->append_bytes_max = std::max(log_->append_bytes_max, more.size());
  log_->bytes.insert(log_->bytes.end(), more.begin(), more.end());
  return {};
}

std::error_code SpillInMemory::read(std::uint64_t offset, std::span<std::uint8_t> bytes) {
  if (fails() || offset + bytes.size() > log_->bytes.size()) {
    return std::make_error_code(std::errc::io_error);
  }
  std::copy_n(log_->bytes.begin() + static_cast<std::ptrdiff_t>(offset), bytes.size(), bytes.begin());
  return {};
}

std::unique_ptr<SpillFile> spill_in_memory(std::shared_ptr<SpillLog> log) {
  return std::make_unique<SpillInMemory>(std::move(log));
}

}  // namespace rowprint::hashing
