#pragma once

#include "hashing/bytes.hpp"
#include "ingest/model/error.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rowprint {

/// An open file. Thread safety: read() and write() at different offsets may run at the same time; the rest one at a
/// time. Ownership: closes on destruction, which also gives up its locks. All functions block.
class DiskFile {
 public:
  virtual ~DiskFile() = default;
  /// Fills `into` from `offset`, fewer bytes only at the end of the file.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) = 0;
  /// Writes all of `bytes`, or fails with part of them written. Errors: no_space, io.
  virtual Result<void> write(std::uint64_t offset, hashing::ByteView bytes) = 0;
  virtual Result<void> truncate(std::uint64_t size) = 0;
  /// Has the system begin to carry what was written of [offset, offset + size) to the medium, so that sync() finds less
  /// to wait for. Promises nothing, and waits only for room in the device's queue. Errors: those of sync().
  virtual Result<void> begin_sync(std::uint64_t offset, std::uint64_t size) = 0;
  /// What was written is on the medium when this returns. After an error nothing is known of earlier writes.
  virtual Result<void> sync() = 0;
  virtual Result<std::uint64_t> size() = 0;
  /// Takes the lock on bytes [offset, offset + size) that other processes respect (fcntl), or fails with busy at once.
  virtual Result<void> lock(std::uint64_t offset, std::uint64_t size) = 0;
};

enum class OpenMode : std::uint8_t {
  read_only,   ///< must exist
  read_write,  ///< must exist
  create,      ///< read and write; created if it is not there
  create_new,  ///< read and write; must not exist
};

/// The one seam through which every file of the daemon is read and written, SQLite's own included, so that tests can
/// fail or cut the power at any operation.
///
/// What create, rename and remove do to a name is durable only after sync_directory() of its folder (both folders of a
/// rename). Thread safety: all functions from any thread. Paths are absolute, or relative to the working directory. All
/// block. Errors: not_found, no_space, io; the reason names the operation, the path and what the system said.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual Result<std::unique_ptr<DiskFile>> open(const std::string& path, OpenMode mode) = 0;
  virtual Result<bool> exists(const std::string& path) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  /// Replaces `to` if it is there, atomically.
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  /// With its parents; the names it makes are durable when it returns. Not an error when it is there.
  virtual Result<void> make_directory(const std::string& path) = 0;
  virtual Result<void> sync_directory(const std::string& path) = 0;
  /// Names in a folder, without "." and "..", in no order.
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  /// What may still be written to the file system that `path` is on, by whoever the process runs as. Changes nothing.
  virtual Result<std::uint64_t> free_bytes(const std::string& path) = 0;
};

/// The disk of the operating system.
Disk& posix_disk();

}  // namespace rowprint
