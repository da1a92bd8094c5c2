#pragma once

#include "hashing/bytes.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/disk/disk.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace rowprint::cli {

/// $TMPDIR, or /tmp.
std::string temporary_folder();

/// The disk of the operating system, but for the files that it creates, which have no name: each is unlinked as soon as
/// it is open, so that nothing is left however the program ends. For what is sorted outside of memory.
Disk& temporary_disk();

/// A file without a name in temporary_folder(), written once and then read.
///
/// Lifecycle: make(), write() to the end, then descriptor() or open(). Thread safety: none while it is written; readers
/// have positions of their own. Ownership: its bytes are gone with it and its readers. Move-only.
class SpoolFile {
 public:
  /// Errors: io that names the folder.
  static Result<SpoolFile> make();
  SpoolFile(SpoolFile&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), size_(std::exchange(other.size_, 0)) {}
  SpoolFile& operator=(SpoolFile&&) = delete;
  ~SpoolFile();

  /// Errors: no_space, io.
  Result<void> write(hashing::ByteView bytes);
  std::uint64_t size() const { return size_; }
  int descriptor() const { return descriptor_; }
  /// All of it, from its beginning. Errors: io.
  Result<std::unique_ptr<ByteStream>> open() const;

 private:
  explicit SpoolFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
  std::uint64_t size_ = 0;
};

}  // namespace rowprint::cli
