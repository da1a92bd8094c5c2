#include "tests/support/postgres_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace rowprint::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

[[noreturn]] void give_up(const std::string& what) {
  throw std::runtime_error{"PostgreSQL for a test: " + what};
}

/// Of the newest version that is installed.
fs::path programs() {
  std::vector<std::pair<int, fs::path>> found;
  const fs::path root = "/usr/lib/postgresql";
  for (const auto& version : fs::is_directory(root) ? fs::directory_iterator{root} : fs::directory_iterator{}) {
    found.emplace_back(std::atoi(version.path().filename().c_str()), version.path() / "bin");
  }
  if (found.empty()) {
    give_up("nothing in " + root.string());
  }
  return std::ranges::max_element(found)->second;
}

/// The user that the server runs as, where that is another one.
const passwd* other_user() {
  if (geteuid() != 0) {
    return nullptr;
  }
  const passwd* user = getpwnam("postgres");
  if (user == nullptr) {
    give_up("run as root, and there is no user postgres to run as");
  }
  return user;
}

std::uint16_t free_port() {
  const int socket_to_ask = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool bound = bind(socket_to_ask, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
                     getsockname(socket_to_ask, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(socket_to_ask);
  if (!bound) {
    give_up("no free port");
  }
  return ntohs(address.sin_port);
}

/// Starts a program as the server's user; its output goes to `log`. It ends when this program does.
pid_t spawn(const std::vector<std::string>& command, const fs::path& log) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const passwd* user = other_user();
  const pid_t pid = fork();
  if (pid != 0) {
    if (pid < 0) {
      give_up("cannot fork");
    }
    return pid;
  }
  // Between fork and exec only what is safe after fork: other threads may have held locks.
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  if (user != nullptr && (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
    _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  execv(arguments.front(), arguments.data());
  _exit(127);
}

bool wait_for_end(pid_t pid, std::chrono::milliseconds patience, int& status) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == pid || (ended < 0 && errno != EINTR)) {
      return true;
    }
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    std::this_thread::sleep_for(5ms);
  }
}

}  // namespace

PostgresServer::PostgresServer(std::vector<std::string> options) : options_(std::move(options)) {
  if (const passwd* user = other_user(); user != nullptr && chown(folder().c_str(), user->pw_uid, user->pw_gid) != 0) {
    give_up("cannot give the folder to the server's user");
  }
  run_initdb();
  port_ = free_port();
  start();
}

PostgresServer::~PostgresServer() {
  stop(SIGINT);
}

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

void PostgresServer::run_initdb() const {
  const pid_t pid = spawn({programs() / "initdb", "-D", folder() / "data", "-U", "rowprint", "-A", "trust", "-E",
                           "UTF8", "--locale=C.UTF-8", "--no-sync"},
                          folder() / "log");
  int status = 0;
  if (!wait_for_end(pid, 60s, status) || status != 0) {
    kill(pid, SIGKILL);
    give_up("initdb failed: " + log());
  }
}

void PostgresServer::start() {
  std::vector<std::string> command{programs() / "postgres",      "-D", folder() / "data", "-p",
                                   std::to_string(port_),        "-k", folder(),          "-c",
                                   "listen_addresses=127.0.0.1", "-c", "fsync=off"};
  command.insert(command.end(), options_.begin(), options_.end());
  pid_ = spawn(command, folder() / "log");
  await_answer();
}

void PostgresServer::await_answer() const {
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (PQping(url().c_str()) != PQPING_OK) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_ || std::chrono::steady_clock::now() > deadline) {
      give_up("the server does not start: " + log());
    }
    std::this_thread::sleep_for(10ms);
  }
}

void PostgresServer::stop(int signal) {
  if (pid_ < 0) {
    return;
  }
  int status = 0;
  kill(pid_, signal);
  if (!wait_for_end(pid_, 20s, status)) {
    kill(pid_, SIGKILL);
    waitpid(pid_, &status, 0);
  }
  pid_ = -1;
}

std::string PostgresServer::url(std::string_view database) const {
  return "postgresql://rowprint@127.0.0.1:" + std::to_string(port_) + "/" + std::string{database};
}

std::string PostgresServer::execute(const std::string& statements, std::string_view database) const {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection{PQconnectdb(url(database).c_str()), PQfinish};
  PQsetNoticeReceiver(
      connection.get(), [](void*, const PGresult*) {}, nullptr);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result{PQexec(connection.get(), statements.c_str()), PQclear};
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    give_up(PQerrorMessage(connection.get()));
  }
  return status == PGRES_TUPLES_OK && PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

std::string PostgresServer::log() const {
  std::ostringstream text;
  text << std::ifstream{folder() / "log"}.rdbuf();
  return text.str();
}

}  // namespace rowprint::test
