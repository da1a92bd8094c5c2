#include "cli/temporary_path.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace rowprint::cli {
namespace {

// What a signal handler may read: plain arrays that do not change while the handlers are set.
std::array<char, PATH_MAX> doomed_file{};
std::array<char, PATH_MAX> doomed_folder{};
constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

extern "C" void remove_and_die(int signal) {
  ::unlink(doomed_file.data());
  ::rmdir(doomed_folder.data());
  // The handler was set to be used once: raised again, the signal ends the program as it should.
  ::raise(signal);
}

void set_handlers(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : kSignals) {
    struct sigaction before {};
    // Whoever started us with a signal ignored (nohup) wants it to stay so.
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) {
      ::sigaction(signal, &action, nullptr);
    }
  }
}

}  // namespace

Result<TemporaryPath> TemporaryPath::make() {
  const char* place = std::getenv("TMPDIR");
  std::string folder = fmt::format("{}/rowprint-XXXXXX", place != nullptr && *place != '\0' ? place : "/tmp");
  std::string path;
  if (folder.size() + 8 >= doomed_file.size() || ::mkdtemp(folder.data()) == nullptr) {
    return fail(ErrorCode::io, fmt::format("cannot make the folder {} for sorting (TMPDIR says where): {}", folder,
                                           std::generic_category().message(errno)));
  }
  path = folder + "/spill";
  std::memcpy(doomed_file.data(), path.c_str(), path.size() + 1);
  std::memcpy(doomed_folder.data(), folder.c_str(), folder.size() + 1);
  set_handlers(remove_and_die);
  return TemporaryPath{std::move(path)};
}

TemporaryPath::TemporaryPath(TemporaryPath&& other) noexcept : path_(std::exchange(other.path_, std::string{})) {}

TemporaryPath::~TemporaryPath() {
  if (!path_.empty()) {
    set_handlers(SIG_DFL);
    ::unlink(doomed_file.data());
    ::rmdir(doomed_folder.data());
  }
}

}  // namespace rowprint::cli
