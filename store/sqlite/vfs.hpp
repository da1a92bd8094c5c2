#pragma once

#include "ingest/disk/disk.hpp"
#include "ingest/model/error.hpp"

#include <memory>
#include <optional>
#include <string>

namespace rowprint::sqlite {

/// A Disk as SQLite sees it (sqlite3_vfs): main databases, journals, write-ahead logs and temporary files all go
/// through it.
///
/// Lifecycle: registered under a name of its own on construction, so several may exist at once; every connection opened
/// with that name must be closed before it is destroyed. Thread safety: any number of connections on any threads.
/// Ownership: borrows the disk. Limits: no shared memory, so a write-ahead log needs locking_mode=EXCLUSIVE. The first
/// lock that is asked of a main database open for writing takes SQLite's own byte range of the file and keeps it until
/// the file is closed: another program finds the database locked. A main database opened read-only is taken as
/// immutable: only sealed files are opened so.
class Vfs {
 public:
  /// Temporary files go to `temporary_directory` and are removed when they are closed.
  Vfs(Disk& disk, std::string temporary_directory);
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;
  ~Vfs();

  const char* name() const;
  Disk& disk() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

/// What the disk said the last time it failed under an SQLite call of this thread, since forget_disk_error(). SQLite
/// itself hands on no more than a number; it calls its VFS on the thread that called it, so this is the cause.
const std::optional<Error>& last_disk_error();
void forget_disk_error();

/// The folder a file stands in.
std::string folder_of(const std::string& path);

}  // namespace rowprint::sqlite
