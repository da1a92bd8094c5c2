#pragma once

#include "daemon/server/listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <thread>

namespace rowprint::daemon {

/// A listener on a free port of the loopback, its threads, and a handler of the test's. Destroyed: finished, cancelled,
/// joined.
class RunningServer {
 public:
  explicit RunningServer(Handler& handler, ConnectionSettings settings = {}, ConnectionLimits limits = {100, 100});
  ~RunningServer();
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  Listener& listener() { return *listener_; }
  std::uint16_t port() const { return port_; }
  /// Blocks until the last connection has ended; finish() comes before.
  void wait_until_ended();

 private:
  boost::asio::io_context io_;
  boost::asio::thread_pool workers_{2};
  std::unique_ptr<Listener> listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
  std::thread other_thread_;
};

/// A client of one connection that blocks.
class PlainClient {
 public:
  explicit PlainClient(std::uint16_t port);
  void send(const std::string& bytes);
  void finish_sending();
  /// One sized answer, head and body.
  std::string answer();
  /// Until the other side ends.
  std::string rest();

 private:
  std::string read_until(const std::string& mark);

  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  std::string left_;
};

}  // namespace rowprint::daemon
