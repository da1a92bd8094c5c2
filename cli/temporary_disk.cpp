#include "cli/temporary_disk.hpp"

#include "connectors/file/file_stream.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace rowprint::cli {
namespace {

class TemporaryDisk final : public Disk {
 public:
  Result<std::unique_ptr<DiskFile>> open(const std::string& path, OpenMode mode) override {
    auto file = inner_.open(path, mode);
    if (file && mode == OpenMode::create_new) {
      if (auto removed = inner_.remove(path); !removed) {
        return fail(std::move(removed.error()));
      }
    }
    return file;
  }
  Result<bool> exists(const std::string& path) override { return inner_.exists(path); }
  Result<void> remove(const std::string& path) override { return inner_.remove(path); }
  Result<void> rename(const std::string& from, const std::string& to) override { return inner_.rename(from, to); }
  Result<void> make_directory(const std::string& path) override { return inner_.make_directory(path); }
  Result<void> sync_directory(const std::string& path) override { return inner_.sync_directory(path); }
  Result<std::vector<std::string>> list(const std::string& path) override { return inner_.list(path); }
  Result<std::uint64_t> free_bytes(const std::string& path) override { return inner_.free_bytes(path); }

 private:
  Disk& inner_ = posix_disk();
};

tl::unexpected<Error> failed(std::string_view what) {
  const int error = errno;
  return fail(error == ENOSPC || error == EDQUOT ? ErrorCode::no_space : ErrorCode::io,
              fmt::format("{} in {} (TMPDIR says where): {}", what, temporary_folder(),
                          std::generic_category().message(error)));
}

int open_nameless(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) {
    return descriptor;
  }
  // A file system that does not know such files.
  std::string path = folder + "/rowprint-XXXXXX";
  const int named = ::mkostemp(path.data(), O_CLOEXEC);
  if (named >= 0) {
    ::unlink(path.c_str());
  }
  return named;
}

}  // namespace

std::string temporary_folder() {
  const char* folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/tmp";
}

Disk& temporary_disk() {
  static TemporaryDisk disk;
  return disk;
}

Result<SpoolFile> SpoolFile::make() {
  const int descriptor = open_nameless(temporary_folder());
  if (descriptor < 0) {
    return failed("cannot make a file");
  }
  return SpoolFile{descriptor};
}

SpoolFile::~SpoolFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

Result<void> SpoolFile::write(hashing::ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
      size_ += static_cast<std::uint64_t>(written);
    } else if (errno != EINTR) {
      return failed("cannot keep rows");
    }
  }
  return {};
}

Result<std::unique_ptr<ByteStream>> SpoolFile::open() const {
  // Opened once more, since a duplicate would share its position.
  auto stream = FileStream::open(fmt::format("/proc/self/fd/{}", descriptor_));
  if (!stream) {
    return fail(std::move(stream.error()));
  }
  return std::unique_ptr<ByteStream>{std::move(*stream)};
}

}  // namespace rowprint::cli
