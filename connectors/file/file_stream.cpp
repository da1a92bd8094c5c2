#include "connectors/file/file_stream.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace rowprint {
namespace {

tl::unexpected<Error> failed(std::string_view operation, const std::string& name, int error) {
  const ErrorCode code = error == ENOENT || error == ENOTDIR ? ErrorCode::not_found : ErrorCode::io;
  return fail(code, std::string(operation) + " " + name + ": " + std::generic_category().message(error));
}

int open_for_reading(const std::string& path) {
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

FileFacts facts_of(const struct stat& status) {
  FileFacts facts;
  facts.regular = S_ISREG(status.st_mode);
  facts.size = facts.regular ? static_cast<std::uint64_t>(status.st_size) : 0;
  return facts;
}

}  // namespace

Result<std::unique_ptr<FileStream>> FileStream::open(const std::string& path) {
  const int descriptor = open_for_reading(path);
  if (descriptor < 0) {
    return failed("open", path, errno);
  }
  // Reading ahead is a hint: a pipe or a file system that does not take it is read all the same.
  static_cast<void>(::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL));
  return std::unique_ptr<FileStream>(new FileStream(descriptor, path, true));
}

std::unique_ptr<FileStream> FileStream::borrow(int descriptor, std::string name) {
  return std::unique_ptr<FileStream>(new FileStream(descriptor, std::move(name), false));
}

FileStream::~FileStream() {
  if (owned_) {
    ::close(descriptor_);
  }
}

awaitable<Result<std::size_t>> FileStream::read(std::span<std::uint8_t> into) {
  ssize_t taken = 0;
  do {
    taken = ::read(descriptor_, into.data(), into.size());
  } while (taken < 0 && errno == EINTR);
  if (taken < 0) {
    co_return failed("read", name_, errno);
  }
  co_return static_cast<std::size_t>(taken);
}

Result<FileFacts> file_facts(int descriptor, const std::string& name) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) {
    return failed("fstat", name, errno);
  }
  return facts_of(status);
}

Result<FileFacts> file_facts(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return failed("stat", path, errno);
  }
  return facts_of(status);
}

Result<bool> is_regular_file(const std::string& path) {
  return file_facts(path).map([](FileFacts facts) { return facts.regular; });
}

}  // namespace rowprint
