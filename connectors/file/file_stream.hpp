#pragma once

#include "ingest/byte_stream.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace rowprint {

/// The bytes of a file or of an open descriptor (standard input, a pipe), from its present position to its end.
///
/// read() blocks its thread: await it on a worker or from a program's own thread, never on an I/O thread.
/// Thread safety: as ByteStream. Ownership: closes the descriptor if open() opened it, never a borrowed one.
/// Errors: not_found, io with the path and what the system said.
class FileStream final : public ByteStream {
 public:
  /// Opens `path` for reading.
  static Result<std::unique_ptr<FileStream>> open(const std::string& path);
  /// Reads from a descriptor that the caller keeps open. `name` is for errors.
  static std::unique_ptr<FileStream> borrow(int descriptor, std::string name);
  ~FileStream() override;

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override;

 private:
  FileStream(int descriptor, std::string name, bool owned)
      : descriptor_(descriptor), name_(std::move(name)), owned_(owned) {}

  int descriptor_;
  std::string name_;
  bool owned_;
};

/// What fstat says of an open file or descriptor.
struct FileFacts {
  bool regular = false;  ///< can be read again: concrete input. Anything else is a generator
  std::uint64_t size = 0;
};
Result<FileFacts> file_facts(int descriptor, const std::string& name);
/// Follows symbolic links. Errors: not_found, io.
Result<FileFacts> file_facts(const std::string& path);
/// Whether `path` can be read again, that is: it is a regular file.
Result<bool> is_regular_file(const std::string& path);

}  // namespace rowprint
