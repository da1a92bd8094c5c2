#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace rowprint::cli {

/// A peer on loopback that follows a script for each connection it takes: the world that a client must bear.
class ScriptedServer {
 public:
  /// One accepted connection, closed after the script.
  class Peer {
   public:
    explicit Peer(int socket) : socket_(socket) {}
    /// Reads until `end` was seen, or the other side stops; gives everything read by this call.
    std::string read_until(std::string_view end) {
      std::string text;
      char byte = 0;
      while (!text.ends_with(end) && ::read(socket_, &byte, 1) == 1) {
        text.push_back(byte);
      }
      return text;
    }
    /// Reads at most `bytes`, until the other side stops.
    std::string read(std::size_t bytes) {
      std::string text(bytes, '\0');
      std::size_t got = 0;
      while (got < bytes) {
        const ssize_t some = ::read(socket_, text.data() + got, bytes - got);
        if (some <= 0) {
          break;
        }
        got += static_cast<std::size_t>(some);
      }
      text.resize(got);
      return text;
    }
    void write(std::string_view text) {
      while (!text.empty()) {
        const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
          return;
        }
        text.remove_prefix(static_cast<std::size_t>(sent));
      }
    }
    /// Goes away as a process that is killed does, with what it did not read thrown away.
    void reset() {
      const linger at_once{1, 0};
      ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    }

   private:
    int socket_;
  };

  using Script = std::function<void(Peer)>;

  explicit ScriptedServer(Script script) : ScriptedServer(std::vector<Script>{std::move(script)}) {}
  /// One after the other, a connection each.
  explicit ScriptedServer(std::vector<Script> scripts) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address_);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address_), size);
    ::listen(listener_, 2);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address_), &size);
    port_ = std::to_string(ntohs(address_.sin_port));
    thread_ = std::thread{[this, all = std::move(scripts)] {
      for (const Script& follow : all) {
        const int socket = ::accept(listener_, nullptr, nullptr);
        if (socket < 0 || ending_) {
          ::close(socket);
          return;
        }
        follow(Peer{socket});
        ::close(socket);
      }
    }};
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer() {
    // Ends an accept() that nobody came for; a client that came is before it in the queue.
    pollfd waiting{listener_, POLLIN, 0};
    ending_ = ::poll(&waiting, 1, 0) == 0;
    const int last = ::socket(AF_INET, SOCK_STREAM, 0);
    ::connect(last, reinterpret_cast<const sockaddr*>(&address_), sizeof(address_));
    ::close(last);
    thread_.join();
    ::close(listener_);
  }

  const std::string& port() const { return port_; }

 private:
  int listener_;
  sockaddr_in address_{};
  std::string port_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace rowprint::cli
