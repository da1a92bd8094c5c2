#include "cli/console.hpp"

#include "cli/problem.hpp"
#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <cerrno>
#include <system_error>

namespace rowprint::cli {
namespace {

Result<void> write_to(int descriptor, hashing::ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return fail(ErrorCode::io,
                  fmt::format("cannot write to standard output: {}", std::generic_category().message(errno)));
    }
  }
  return {};
}

}  // namespace

bool Console::wants_progress(bool output_busy) const {
  return !quiet_ && is_live_terminal(STDERR_FILENO) && !(output_busy && ::isatty(STDOUT_FILENO) == 1);
}

Result<void> Console::write(hashing::ByteView bytes) const {
  return write_to(STDOUT_FILENO, bytes);
}

void Console::report(const Error& error, ExitCode exit) const {
  const std::string text = json_ ? problem_line(error, exit) : "rowprint: " + printable(error.text());
  // There is nowhere left to say that standard error is gone.
  static_cast<void>(write_to(STDERR_FILENO, hashing::as_bytes(text + "\n")));
}

std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      result.push_back(c);
    }
  }
  return result;
}

}  // namespace rowprint::cli
