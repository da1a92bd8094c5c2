#include "tests/property/processes.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>

extern char** environ;

namespace rowprint::test {
namespace {

[[noreturn]] void raise_errno(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {
    if (number < 0) {
      raise_errno("descriptor");
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  int number() const { return number_; }
  void close() {
    if (number_ >= 0) {
      ::close(number_);
    }
    number_ = -1;
  }

 private:
  int number_;
};

std::string content_of(const Descriptor& file) {
  std::string content(static_cast<std::size_t>(::lseek(file.number(), 0, SEEK_END)), '\0');
  if (::pread(file.number(), content.data(), content.size(), 0) != static_cast<ssize_t>(content.size())) {
    raise_errno("pread");
  }
  return content;
}

/// Starts a program with these three as its standard streams.
::pid_t start(const std::vector<std::string>& command,
              const std::vector<std::pair<std::string, std::string>>& environment, int in, int out, int err) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  std::vector<std::string> added;
  for (const auto& [name, value] : environment) {
    added.push_back(name + "=" + value);
  }
  std::vector<char*> variables;
  for (std::string& variable : added) {
    variables.push_back(variable.data());
  }
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.push_back(*variable);
  }
  variables.push_back(nullptr);

  ::posix_spawn_file_actions_t streams;
  ::posix_spawn_file_actions_init(&streams);
  ::posix_spawn_file_actions_adddup2(&streams, in, 0);
  ::posix_spawn_file_actions_adddup2(&streams, out, 1);
  ::posix_spawn_file_actions_adddup2(&streams, err, 2);
  ::pid_t process = -1;
  const int problem =
      ::posix_spawn(&process, command.front().c_str(), &streams, nullptr, arguments.data(), variables.data());
  ::posix_spawn_file_actions_destroy(&streams);
  if (problem != 0) {
    throw std::system_error{problem, std::generic_category(), command.front()};
  }
  return process;
}

int wait_for(::pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) {
      raise_errno("waitpid");
    }
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// False when the reader is gone, which is for its exit code to explain.
bool write_all(int descriptor, std::string_view piece) {
  while (!piece.empty()) {
    const ssize_t written = ::write(descriptor, piece.data(), piece.size());
    if (written < 0) {
      return false;
    }
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Ended run_program(const std::vector<std::string>& command, const std::vector<std::string_view>& input,
                  const std::vector<std::pair<std::string, std::string>>& environment) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    raise_errno("pipe2");
  }
  Descriptor in{ends[0]};
  Descriptor feed{ends[1]};
  const Descriptor out{::memfd_create("out", MFD_CLOEXEC)};
  const Descriptor err{::memfd_create("err", MFD_CLOEXEC)};
  const ::pid_t process = start(command, environment, in.number(), out.number(), err.number());
  in.close();
  for (const std::string_view piece : input) {
    if (!write_all(feed.number(), piece)) {
      break;
    }
  }
  feed.close();
  const int exit_code = wait_for(process);
  return {exit_code, content_of(out), content_of(err)};
}

Daemon::Daemon(const std::string& program, const std::string& folder) {
  const std::string port_file = folder + "/port";
  const Descriptor nothing{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  const Descriptor log{::open((folder + "/log").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)};
  process_ = start({program, "--listen", "127.0.0.1:0", "--port-file", port_file, "--data", folder + "/data",
                    "--log-level", "warning"},
                   {}, nothing.number(), log.number(), log.number());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (std::chrono::steady_clock::now() < deadline) {
    unsigned port = 0;
    if (std::ifstream{port_file} >> port && port != 0) {
      port_ = static_cast<std::uint16_t>(port);
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  stop();
  throw std::runtime_error{"the daemon does not say its port"};
}

Daemon::~Daemon() {
  stop();
}

int Daemon::stop() {
  if (process_ < 0) {
    return 0;
  }
  ::kill(process_, SIGTERM);
  return wait_for(std::exchange(process_, -1));
}

}  // namespace rowprint::test
