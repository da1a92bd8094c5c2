#include "daemon/system/service_notifier.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <fcntl.h>
#include <unistd.h>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace rowprint::daemon {
namespace {

constexpr int kFirstPassed = 3;

std::optional<long> number_from(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) {
    return std::nullopt;
  }
  long number = 0;
  const char* end = text + std::strlen(text);
  const auto [stop, problem] = std::from_chars(text, end, number);
  return problem == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

}  // namespace

ServiceNotifier::ServiceNotifier() {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || (path[0] != '/' && path[0] != '@') || std::strlen(path) >= sizeof(sockaddr_un::sun_path)) {
    return;
  }
  address_ = path;
  if (address_[0] == '@') {
    address_[0] = '\0';
  }
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const auto meant_for = number_from("WATCHDOG_PID");
  const auto period = number_from("WATCHDOG_USEC");
  if (period && *period > 0 && (!meant_for || *meant_for == ::getpid())) {
    watchdog_ = std::chrono::microseconds{*period};
  }
}

ServiceNotifier::~ServiceNotifier() {
  if (socket_ >= 0) {
    ::close(socket_);
  }
}

void ServiceNotifier::send(std::string_view state) const {
  if (socket_ < 0) {
    return;
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, address_.data(), address_.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  // sd_notify(3) leaves it to the sender what to do when nobody listens any more: nothing.
  static_cast<void>(
      ::sendto(socket_, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size));
}

std::optional<int> passed_socket() {
  const auto meant_for = number_from("LISTEN_PID");
  const auto count = number_from("LISTEN_FDS");
  if (!meant_for || *meant_for != ::getpid() || !count || *count < 1) {
    return std::nullopt;
  }
  ::fcntl(kFirstPassed, F_SETFD, FD_CLOEXEC);
  return kFirstPassed;
}

}  // namespace rowprint::daemon
