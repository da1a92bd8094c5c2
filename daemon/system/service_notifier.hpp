#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rowprint::daemon {

/// Tells the service manager how the daemon is: the protocol of sd_notify(3), a datagram to NOTIFY_SOCKET.
///
/// Without such a socket nothing is sent. Never blocks; what cannot be sent is lost. Thread safety: send() from any
/// thread.
class ServiceNotifier {
 public:
  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Call it before there are threads.
  ServiceNotifier();
  ~ServiceNotifier();
  ServiceNotifier(const ServiceNotifier&) = delete;
  ServiceNotifier& operator=(const ServiceNotifier&) = delete;

  /// Lines of `NAME=value`.
  void send(std::string_view state) const;
  bool listened_to() const { return socket_ >= 0; }
  /// How often `WATCHDOG=1` is expected at least.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

 private:
  int socket_ = -1;
  std::string address_;
  std::optional<std::chrono::microseconds> watchdog_;
};

/// The listening socket that the service manager passed (sd_listen_fds(3)), if it did. Call it before there are
/// threads.
std::optional<int> passed_socket();

}  // namespace rowprint::daemon
