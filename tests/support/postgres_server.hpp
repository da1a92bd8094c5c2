#pragma once

#include "tests/support/temporary_folder.hpp"

#include <sys/types.h>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint::test {

/// A PostgreSQL server of a test's own: a new cluster in a temporary folder, on a free port of 127.0.0.1 and a socket.
///
/// Lifecycle: the constructor makes the cluster and starts it, the destructor stops it and removes the folder; should
/// the program die, the system ends the server. As root it runs as the user `postgres`, since it refuses root. Make it
/// on the main thread. Thread safety: url() and execute() from any thread. Errors: throws std::runtime_error with the
/// server's words.
class PostgresServer {
 public:
  /// `options`: what `postgres` takes, as in {"-c", "max_connections=5"}.
  explicit PostgresServer(std::vector<std::string> options = {});
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// One for all tests of a program, until its end.
  static PostgresServer& shared();

  /// Of the superuser `rowprint`, who needs no password; `database` is one of those that are there.
  std::string url(std::string_view database = "postgres") const;
  std::uint16_t port() const { return port_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

  /// Runs any number of statements on a connection of their own; the first column of the last one's first row.
  std::string execute(const std::string& statements, std::string_view database = "postgres") const;

  void start();
  /// By `signal`: SIGINT ends sessions and stops, SIGTERM waits for them, SIGQUIT stops as it is.
  void stop(int signal);

 private:
  void run_initdb() const;
  void await_answer() const;
  std::string log() const;

  std::vector<std::string> options_;
  TemporaryFolder folder_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace rowprint::test
