#pragma once

#include "daemon/server/connection.hpp"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace rowprint::daemon {

/// How many connections there may be at once.
struct ConnectionLimits {
  std::size_t all = 2048;
  std::size_t per_client = 1024;
};

/// The listening socket and the connections made from it.
///
/// Lifecycle: open() or adopt(), then start(), then finish() and, for those that take too long, cancel(). When all
/// connections have ended, `ended` of start() is called, and the listener may be destroyed once the io_context has
/// nothing more to do. Thread safety: start(), finish(), cancel(), connections() from any thread; the rest before
/// start(). Limits: as many as `limits` says are served; some more are told that there are too many; beyond those
/// nobody is accepted, and of one client's, they are closed at once.
class Listener {
 public:
  Listener(boost::asio::io_context& io, Handler& handler, boost::asio::any_io_executor workers,
           ConnectionSettings settings, ConnectionLimits limits);

  /// `host` is a numeric address. Errors: io.
  Result<void> open(const std::string& host, std::uint16_t port);
  /// A socket that listens already; owned from here on. Errors: io.
  Result<void> adopt(int descriptor);
  /// After open() or adopt(): where it listens, as in a URL.
  std::string address() const;
  std::uint16_t port() const;

  void start(std::function<void()> ended);
  void finish();
  void cancel();
  std::size_t connections() const { return count_.load(std::memory_order_relaxed); }

 private:
  awaitable<void> accept();
  awaitable<void> wait_for_an_end();
  void serve(boost::asio::ip::tcp::socket socket);
  void forget(const std::shared_ptr<Connection>& connection, const std::string& client);

  boost::asio::io_context& io_;
  boost::asio::strand<boost::asio::io_context::executor_type> strand_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer room_;
  Handler& handler_;
  boost::asio::any_io_executor workers_;
  ConnectionSettings settings_;
  ConnectionLimits limits_;
  std::unordered_map<std::string, std::size_t> clients_;  ///< connections of each, by client_name()
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  std::atomic<std::size_t> count_{0};
  bool finishing_ = false;
};

/// Whom connections from an address are counted for: the address, or the first 64 bits of one of IPv6, below which
/// whoever has one has all. What is written as ::ffff:a.b.c.d is a.b.c.d.
std::string client_name(const boost::asio::ip::address& address);

}  // namespace rowprint::daemon
