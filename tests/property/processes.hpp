#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowprint::test {

/// What a program that has ended left behind.
struct Ended {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs a program to its end; what it reads from standard input comes in these pieces. `environment` is added to ours.
/// Errors: throws std::system_error when it cannot be started.
Ended run_program(const std::vector<std::string>& command, const std::vector<std::string_view>& input,
                  const std::vector<std::pair<std::string, std::string>>& environment);

/// A daemon on a free port of the loopback. Started by the constructor, ended by stop() or the destructor.
class Daemon {
 public:
  /// `folder` is empty. Throws when the daemon does not say its port within 60 s.
  Daemon(const std::string& program, const std::string& folder);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// Asks it to end, and waits. Its exit code, or 128 and the signal.
  int stop();

 private:
  ::pid_t process_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace rowprint::test
