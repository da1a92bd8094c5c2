#pragma once

#include "hashing/spill_file.hpp"
#include "ingest/model/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rowprint {

/// The values of one JSON array in a file, one after the other, each as it is written.
///
/// A value is cut out, not parsed: what is appended begins and ends where a JSON value must, whatever is in between.
/// Lifecycle: append_next() until it says that there is no other. Thread safety: none; readers of one file take turns.
/// Ownership: borrows the file. Memory: `buffer_bytes`, for the time of one call more where a value is longer. Errors:
/// of what stands between values, with byte offset; io of the file.
class JsonColumnReader {
 public:
  /// The array's values are in [begin, end); its closing bracket is at `end`.
  JsonColumnReader(hashing::SpillFile& file, std::uint64_t begin, std::uint64_t end, std::size_t buffer_bytes)
      : file_(&file), next_read_(begin), end_(end), buffer_bytes_(buffer_bytes) {}

  /// Appends the next value to `out`, which must not become longer than `out_bytes_max`; false where the array ends.
  Result<bool> append_next(std::string& out, std::size_t out_bytes_max);
  /// Of the last value appended, or of the closing bracket.
  std::uint64_t value_offset() const { return value_offset_; }

 private:
  struct Buffer {
    std::unique_ptr<std::uint8_t[]> bytes;
    std::size_t capacity = 0;
  };

  /// As append_next() where all that it takes is in the buffer already; false, and nothing done, where it is not.
  bool append_from_buffer(std::string& out, std::size_t out_bytes_max);
  Result<bool> find_value();
  Result<void> skip_space();
  Result<void> append_value(std::string& out, std::size_t out_bytes_max);
  /// Reads on; false where there is nothing left to be read.
  Result<bool> read_more();
  std::string_view rest() const;
  std::uint64_t offset() const { return next_read_ - (filled_ - taken_); }
  void give_back_room();
  tl::unexpected<Error> wrong(std::string_view reason, ErrorCode code = ErrorCode::bad_input) const;

  hashing::SpillFile* file_;
  std::uint64_t next_read_;  ///< of the file, what comes behind the buffer
  std::uint64_t end_;
  std::size_t buffer_bytes_;
  Buffer buffer_;
  std::size_t taken_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t value_offset_ = 0;
  bool is_first_ = true;
};

}  // namespace rowprint
