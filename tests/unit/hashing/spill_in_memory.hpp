#pragma once

#include "hashing/spill_file.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace rowprint::hashing {

/// What a test sees of a spill file, and what it asks of it: outlives the file.
struct SpillLog {
  std::vector<std::uint8_t> bytes;
  std::size_t operations = 0;
  std::size_t append_bytes_max = 0;
  /// The operation that fails, counted from 0.
  std::size_t failing_operation = SIZE_MAX;
};

/// A spill file in memory, which fails when asked to, and holds reads to what was appended.
class SpillInMemory : public SpillFile {
 public:
  explicit SpillInMemory(std::shared_ptr<SpillLog> log) : log_(std::move(log)) {}

  std::error_code append(ByteView more) override;
  std::error_code read(std::uint64_t offset, std::span<std::uint8_t> bytes) override;

 private:
  bool fails() { return log_->operations++ == log_->failing_operation; }

  std::shared_ptr<SpillLog> log_;
};

std::unique_ptr<SpillFile> spill_in_memory(std::shared_ptr<SpillLog> log = std::make_shared<SpillLog>());

}  // namespace rowprint::hashing
