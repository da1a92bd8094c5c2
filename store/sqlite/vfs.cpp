#include "store/sqlite/vfs.hpp"

#include "store/sqlite/library.hpp"

#include <fmt/format.h>

#include <sqlite3.h>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <new>
#include <utility>

namespace rowprint::sqlite {
namespace {

// The bytes that SQLite's own VFS locks (os.h, PENDING_BYTE): one each for PENDING and RESERVED, 510 for SHARED.
constexpr std::uint64_t kLockBegin = 0x4000'0000;
constexpr std::uint64_t kLockBytes = 512;
constexpr int kSectorBytes = 4096;
constexpr int kPathBytesMax = 4096;

thread_local std::optional<Error> disk_error;

/// Notes the error and gives SQLite its number.
int failed(Error error, int code) {
  const bool full = error.code == ErrorCode::no_space;
  disk_error = std::move(error);
  return full ? SQLITE_FULL : code;
}

}  // namespace

struct Vfs::State {
  sqlite3_vfs table{};
  Disk* disk = nullptr;
  sqlite3_vfs* system = nullptr;  ///< where time, sleep and randomness come from
  std::string name;
  std::string temporary_directory;
  std::atomic<std::uint64_t> temporary_files{0};
};

namespace {

/// What SQLite keeps for an open file; it gives the room, so it is built in place and destroyed in close().
struct OpenFile {
  sqlite3_file base;
  Vfs::State* vfs;
  std::unique_ptr<DiskFile> file;
  std::string path;
  int flags;
  int lock_level;
  bool range_locked;
  bool name_is_new;
};

OpenFile& self(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file);
}
Vfs::State& self(sqlite3_vfs* vfs) {
  return *static_cast<Vfs::State*>(vfs->pAppData);
}

int close(sqlite3_file* handle) {
  OpenFile& open = self(handle);
  open.file.reset();
  int code = SQLITE_OK;
  if ((open.flags & SQLITE_OPEN_DELETEONCLOSE) != 0) {
    if (auto removed = open.vfs->disk->remove(open.path); !removed) {
      code = failed(std::move(removed.error()), SQLITE_IOERR_DELETE);
    }
  }
  open.~OpenFile();
  return code;
}

int read(sqlite3_file* handle, void* into, int size, sqlite3_int64 offset) {
  const std::span bytes{static_cast<std::uint8_t*>(into), static_cast<std::size_t>(size)};
  auto got = self(handle).file->read(static_cast<std::uint64_t>(offset), bytes);
  if (!got) {
    return failed(std::move(got.error()), SQLITE_IOERR_READ);
  }
  if (*got < bytes.size()) {
    std::memset(bytes.data() + *got, 0, bytes.size() - *got);
    return SQLITE_IOERR_SHORT_READ;
  }
  return SQLITE_OK;
}

int write(sqlite3_file* handle, const void* from, int size, sqlite3_int64 offset) {
  const hashing::ByteView bytes{static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(size)};
  auto written = self(handle).file->write(static_cast<std::uint64_t>(offset), bytes);
  return written ? SQLITE_OK : failed(std::move(written.error()), SQLITE_IOERR_WRITE);
}

int truncate(sqlite3_file* handle, sqlite3_int64 size) {
  auto done = self(handle).file->truncate(static_cast<std::uint64_t>(size));
  return done ? SQLITE_OK : failed(std::move(done.error()), SQLITE_IOERR_TRUNCATE);
}

/// Never SQLITE_FULL, even where there is no room: that number says that a commit has not happened, and after a sync
/// that failed nobody knows.
int failed_sync(Error error, int code) {
  disk_error = std::move(error);
  return code;
}

int sync(sqlite3_file* handle, int) {
  OpenFile& open = self(handle);
  if (auto synced = open.file->sync(); !synced) {
    return failed_sync(std::move(synced.error()), SQLITE_IOERR_FSYNC);
  }
  if (open.name_is_new) {
    // A journal that is synced but has no durable name is lost with the power.
    if (auto synced = open.vfs->disk->sync_directory(folder_of(open.path)); !synced) {
      return failed_sync(std::move(synced.error()), SQLITE_IOERR_DIR_FSYNC);
    }
    open.name_is_new = false;
  }
  return SQLITE_OK;
}

int file_size(sqlite3_file* handle, sqlite3_int64* size) {
  auto bytes = self(handle).file->size();
  if (!bytes) {
    return failed(std::move(bytes.error()), SQLITE_IOERR_FSTAT);
  }
  *size = static_cast<sqlite3_int64>(*bytes);
  return SQLITE_OK;
}

int lock(sqlite3_file* handle, int level) {
  OpenFile& open = self(handle);
  const bool wanted =
      (open.flags & SQLITE_OPEN_MAIN_DB) != 0 && (open.flags & SQLITE_OPEN_READWRITE) != 0 && !open.range_locked;
  if (wanted) {
    if (auto locked = open.file->lock(kLockBegin, kLockBytes); !locked) {
      const int code = locked.error().code == ErrorCode::busy ? SQLITE_BUSY : SQLITE_IOERR_LOCK;
      return failed(std::move(locked.error()), code);
    }
    open.range_locked = true;
  }
  open.lock_level = level;
  return SQLITE_OK;
}

int unlock(sqlite3_file* handle, int level) {
  self(handle).lock_level = level;
  return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* handle, int* reserved) {
  // Whoever holds the range is this very connection: nobody else gets past lock().
  *reserved = self(handle).lock_level >= SQLITE_LOCK_RESERVED ? 1 : 0;
  return SQLITE_OK;
}

int file_control(sqlite3_file* handle, int operation, void* argument) {
  if (operation == SQLITE_FCNTL_LOCKSTATE) {
    *static_cast<int*>(argument) = self(handle).lock_level;
    return SQLITE_OK;
  }
  return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file*) {
  return kSectorBytes;
}

int characteristics(sqlite3_file* handle) {
  const int flags = self(handle).flags;
  const bool sealed = (flags & SQLITE_OPEN_MAIN_DB) != 0 && (flags & SQLITE_OPEN_READONLY) != 0;
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE | (sealed ? SQLITE_IOCAP_IMMUTABLE : 0);
}

const sqlite3_io_methods kFileMethods = [] {
  sqlite3_io_methods methods{};
  methods.iVersion = 1;
  methods.xClose = close;
  methods.xRead = read;
  methods.xWrite = write;
  methods.xTruncate = truncate;
  methods.xSync = sync;
  methods.xFileSize = file_size;
  methods.xLock = lock;
  methods.xUnlock = unlock;
  methods.xCheckReservedLock = check_reserved_lock;
  methods.xFileControl = file_control;
  methods.xSectorSize = sector_size;
  methods.xDeviceCharacteristics = characteristics;
  return methods;
}();

OpenMode mode_of(int flags) {
  if ((flags & SQLITE_OPEN_READWRITE) == 0) {
    return OpenMode::read_only;
  }
  if ((flags & SQLITE_OPEN_CREATE) == 0) {
    return OpenMode::read_write;
  }
  return (flags & SQLITE_OPEN_EXCLUSIVE) != 0 ? OpenMode::create_new : OpenMode::create;
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* handle, int flags, int* flags_out) {
  Vfs::State& state = self(vfs);
  handle->pMethods = nullptr;
  std::string path = name != nullptr ? name
                                     : fmt::format("{}/{}.{}.temporary", state.temporary_directory, state.name,
                                                   state.temporary_files.fetch_add(1));
  auto file = state.disk->open(path, mode_of(flags));
  if (!file) {
    return failed(std::move(file.error()), SQLITE_CANTOPEN);
  }
  constexpr int kOutlivesTheProcess =
      SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
  const bool name_is_new = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & kOutlivesTheProcess) != 0;
  new (handle)
      OpenFile{{&kFileMethods}, &state, std::move(*file), std::move(path), flags, SQLITE_LOCK_NONE, false, name_is_new};
  if (flags_out != nullptr) {
    *flags_out = flags;
  }
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  Disk& disk = *self(vfs).disk;
  if (auto removed = disk.remove(path); !removed) {
    if (removed.error().code == ErrorCode::not_found) {
      return SQLITE_IOERR_DELETE_NOENT;
    }
    return failed(std::move(removed.error()), SQLITE_IOERR_DELETE);
  }
  if (sync_folder != 0) {
    if (auto synced = disk.sync_directory(folder_of(path)); !synced) {
      return failed_sync(std::move(synced.error()), SQLITE_IOERR_DIR_FSYNC);
    }
  }
  return SQLITE_OK;
}

int access(sqlite3_vfs* vfs, const char* path, int, int* there) {
  auto exists = self(vfs).disk->exists(path);
  if (!exists) {
    return failed(std::move(exists.error()), SQLITE_IOERR_ACCESS);
  }
  *there = *exists ? 1 : 0;
  return SQLITE_OK;
}

int full_pathname(sqlite3_vfs*, const char* path, int size, char* out) {
  // Taken as it is: relative names mean to a Disk what they mean to it.
  sqlite3_snprintf(size, out, "%s", path);
  return std::strlen(path) < static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_CANTOPEN;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
  sqlite3_vfs* system = self(vfs).system;
  return system->xRandomness(system, size, out);
}

int sleep(sqlite3_vfs* vfs, int microseconds) {
  sqlite3_vfs* system = self(vfs).system;
  return system->xSleep(system, microseconds);
}

int current_time(sqlite3_vfs* vfs, double* days) {
  sqlite3_vfs* system = self(vfs).system;
  return system->xCurrentTime(system, days);
}

int get_last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

std::string new_name() {
  static std::atomic<std::uint64_t> count{0};
  return fmt::format("rowprint-{}", count.fetch_add(1));
}

}  // namespace

Vfs::Vfs(Disk& disk, std::string temporary_directory) : state_(std::make_unique<State>()) {
  start_library();
  state_->disk = &disk;
  state_->system = sqlite3_vfs_find(nullptr);
  state_->name = new_name();
  state_->temporary_directory = std::move(temporary_directory);
  sqlite3_vfs& table = state_->table;
  table.iVersion = 1;
  table.szOsFile = sizeof(OpenFile);
  table.mxPathname = kPathBytesMax;
  table.zName = state_->name.c_str();
  table.pAppData = state_.get();
  table.xOpen = open;
  table.xDelete = remove;
  table.xAccess = access;
  table.xFullPathname = full_pathname;
  table.xRandomness = randomness;
  table.xSleep = sleep;
  table.xCurrentTime = current_time;
  table.xGetLastError = get_last_error;
  sqlite3_vfs_register(&table, 0);
}

Vfs::~Vfs() {
  sqlite3_vfs_unregister(&state_->table);
}

const char* Vfs::name() const {
  return state_->table.zName;
}
Disk& Vfs::disk() const {
  return *state_->disk;
}

const std::optional<Error>& last_disk_error() {
  return disk_error;
}
void forget_disk_error() {
  disk_error.reset();
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace rowprint::sqlite
