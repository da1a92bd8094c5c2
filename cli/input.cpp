#include "cli/input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <system_error>
#include <utility>

namespace rowprint::cli {

Result<Input> Input::open(const std::string& file) {
  const auto refused = [&](int error) {
    return fail(ErrorCode::bad_input, fmt::format("cannot open {}: {}", file, std::generic_category().message(error)));
  };
  Input input;
  if (file == "-") {
    input.descriptor_ = STDIN_FILENO;
    input.name_ = "standard input";
    return input;
  }
  input.name_ = file;
  input.descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (input.descriptor_ < 0) {
    return refused(errno);
  }
  input.owned_ = true;
  struct stat facts {};
  if (::fstat(input.descriptor_, &facts) != 0) {
    return refused(errno);
  }
  if (S_ISDIR(facts.st_mode)) {
    return refused(EISDIR);
  }
  input.concrete_ = S_ISREG(facts.st_mode);
  if (input.concrete_) {
    input.size_ = static_cast<std::uint64_t>(facts.st_size);
    // Larger read-ahead; nothing depends on it.
    ::posix_fadvise(input.descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  return input;
}

Input::Input(Input&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      owned_(std::exchange(other.owned_, false)),
      concrete_(other.concrete_),
      size_(other.size_),
      name_(std::move(other.name_)) {}

Input::~Input() {
  if (owned_) {
    ::close(descriptor_);
  }
}

}  // namespace rowprint::cli
