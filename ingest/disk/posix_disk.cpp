#include "ingest/disk/disk.hpp"

#include <fmt/format.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace rowprint {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr mode_t kDirectoryMode = 0750;
/// One call moves at most 0x7ffff000 bytes on Linux; asking for less keeps the result a plain int on every system.
constexpr std::size_t kCallBytesMax = 1U << 30U;

ErrorCode code_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ErrorCode::no_space;
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    default:
      return ErrorCode::io;
  }
}

tl::unexpected<Error> fail_with(int error, std::string_view operation, const std::string& path) {
  Error failure;
  failure.code = code_of(error);
  failure.reason = fmt::format("{} {}: {}", operation, path, std::generic_category().message(error));
  // No file descriptors left: others will close theirs.
  failure.retryable = error == EMFILE || error == ENFILE;
  return fail(std::move(failure));
}

/// Calls again what a signal interrupted.
template <typename Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) {
    result = call();
  }
  return result;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  int number() const { return number_; }
  bool valid() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

class PosixFile final : public DiskFile {
 public:
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto got = uninterrupted([&] {
        return ::pread(descriptor_.number(), into.data() + done, std::min(into.size() - done, kCallBytesMax),
                       static_cast<off_t>(offset + done));
      });
      if (got < 0) {
        return fail_with(errno, "read", path_);
      }
      if (got == 0) {
        break;
      }
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Result<void> write(std::uint64_t offset, hashing::ByteView bytes) override {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const auto put = uninterrupted([&] {
        return ::pwrite(descriptor_.number(), bytes.data() + done, std::min(bytes.size() - done, kCallBytesMax),
                        static_cast<off_t>(offset + done));
      });
      if (put < 0) {
        return fail_with(errno, "write", path_);
      }
      done += static_cast<std::size_t>(put);
    }
    return {};
  }

  Result<void> truncate(std::uint64_t size) override {
    if (uninterrupted([&] { return ::ftruncate(descriptor_.number(), static_cast<off_t>(size)); }) != 0) {
      return fail_with(errno, "truncate", path_);
    }
    return {};
  }

  Result<void> begin_sync(std::uint64_t offset, std::uint64_t size) override {
    const auto begun = uninterrupted([&] {
      return ::sync_file_range(descriptor_.number(), static_cast<off_t>(offset), static_cast<off_t>(size),
                               SYNC_FILE_RANGE_WRITE);
    });
    // Some sandboxes do not know the call; sync() then has it all to do.
    if (begun != 0 && errno != ENOSYS && errno != EPERM) {
      return fail_with(errno, "begin to sync", path_);
    }
    return {};
  }

  Result<void> sync() override {
    // Data, and of the metadata what is needed to read it back, the size included.
    if (uninterrupted([&] { return ::fdatasync(descriptor_.number()); }) != 0) {
      return fail_with(errno, "sync", path_);
    }
    return {};
  }

  Result<std::uint64_t> size() override {
    struct stat status {};
    if (::fstat(descriptor_.number(), &status) != 0) {
      return fail_with(errno, "stat", path_);
    }
    return static_cast<std::uint64_t>(status.st_size);
  }

  Result<void> lock(std::uint64_t offset, std::uint64_t size) override {
    struct flock range {};
    range.l_type = F_WRLCK;
    range.l_whence = SEEK_SET;
    range.l_start = static_cast<off_t>(offset);
    range.l_len = static_cast<off_t>(size);
    // Of the open file, not of the process: closing another descriptor of the same file does not give it up, and a
    // second open in this process is refused like one elsewhere.
    if (uninterrupted([&] { return ::fcntl(descriptor_.number(), F_OFD_SETLK, &range); }) == 0) {
      return {};
    }
    if (errno == EAGAIN || errno == EACCES) {
      Error held;
      held.code = ErrorCode::busy;
      held.reason = fmt::format("lock {}: held by someone else", path_);
      held.retryable = true;
      return fail(std::move(held));
    }
    return fail_with(errno, "lock", path_);
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

int flags_of(OpenMode mode) {
  switch (mode) {
    case OpenMode::read_only:
      return O_RDONLY;
    case OpenMode::read_write:
      return O_RDWR;
    case OpenMode::create:
      return O_RDWR | O_CREAT;
    case OpenMode::create_new:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

std::string parent_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

class PosixDisk final : public Disk {
 public:
  Result<std::unique_ptr<DiskFile>> open(const std::string& path, OpenMode mode) override {
    const int flags = flags_of(mode) | O_CLOEXEC;
    Descriptor descriptor(uninterrupted([&] { return ::open(path.c_str(), flags, kFileMode); }));
    if (!descriptor.valid()) {
      return fail_with(errno, "open", path);
    }
    auto file = std::make_unique<PosixFile>(descriptor.number(), path);
    descriptor.release();
    return file;
  }

  Result<bool> exists(const std::string& path) override {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) {
      return true;
    }
    if (errno == ENOENT || errno == ENOTDIR) {
      return false;
    }
    return fail_with(errno, "stat", path);
  }

  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) {
      return fail_with(errno, "remove", path);
    }
    return {};
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) {
      return fail_with(errno, "rename", from + " to " + to);
    }
    return {};
  }

  Result<void> make_directory(const std::string& path) override {
    if (::mkdir(path.c_str(), kDirectoryMode) == 0) {
      return sync_directory(parent_of(path));
    }
    if (errno == ENOENT && parent_of(path) != path) {
      if (auto made = make_directory(parent_of(path)); !made) {
        return made;
      }
      if (::mkdir(path.c_str(), kDirectoryMode) == 0) {
        return sync_directory(parent_of(path));
      }
    }
    const int error = errno;
    struct stat status {};
    if (error == EEXIST && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      return {};
    }
    return fail_with(error, "make directory", path);
  }

  Result<void> sync_directory(const std::string& path) override {
    const Descriptor folder(uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    if (!folder.valid()) {
      return fail_with(errno, "open directory", path);
    }
    if (uninterrupted([&] { return ::fsync(folder.number()); }) != 0) {
      return fail_with(errno, "sync directory", path);
    }
    return {};
  }

  Result<std::vector<std::string>> list(const std::string& path) override {
    const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.c_str()));
    if (!folder) {
      return fail_with(errno, "list", path);
    }
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(folder.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") {
        names.emplace_back(name);
      }
      errno = 0;
    }
    if (errno != 0) {
      return fail_with(errno, "list", path);
    }
    return names;
  }

  Result<std::uint64_t> free_bytes(const std::string& path) override {
    struct statvfs status {};
    if (uninterrupted([&] { return ::statvfs(path.c_str(), &status); }) != 0) {
      return fail_with(errno, "ask for free space", path);
    }
    return std::uint64_t{status.f_bavail} * status.f_frsize;
  }
};

}  // namespace

Disk& posix_disk() {
  static PosixDisk disk;
  return disk;
}

}  // namespace rowprint
