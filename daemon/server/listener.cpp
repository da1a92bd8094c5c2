#include "daemon/server/listener.hpp"

#include "daemon/log.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rowprint::daemon {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// How many beyond the limit are told so: of all, and of one client's.
constexpr std::size_t kCrowd = 16;
constexpr std::size_t kClientCrowd = 4;
/// After an error of accept (no descriptors left, most of all) it is not tried again at once.
constexpr std::chrono::milliseconds kPause{100};

}  // namespace

Listener::Listener(asio::io_context& io, Handler& handler, asio::any_io_executor workers, ConnectionSettings settings,
                   ConnectionLimits limits)
    : io_(io),
      strand_(asio::make_strand(io)),
      acceptor_(strand_),
      room_(strand_),
      handler_(handler),
      workers_(std::move(workers)),
      settings_(settings),
      limits_(limits) {}

Result<void> Listener::open(const std::string& host, std::uint16_t port) {
  error_code error;
  const tcp::endpoint endpoint{asio::ip::make_address(host, error), port};
  if (!error) {
    acceptor_.open(endpoint.protocol(), error);
  }
  if (!error) {
    acceptor_.set_option(asio::socket_base::reuse_address{true}, error);
  }
  if (!error) {
    acceptor_.bind(endpoint, error);
  }
  if (!error) {
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) {
    return fail(ErrorCode::io, fmt::format("cannot listen on {} port {}: {}", host, port, error.message()));
  }
  return {};
}

Result<void> Listener::adopt(int descriptor) {
  error_code error;
  acceptor_.assign(tcp::v4(), descriptor, error);
  if (!error) {
    const tcp::endpoint endpoint = acceptor_.local_endpoint(error);
    if (!error && endpoint.protocol() == tcp::v6()) {
      const int same = acceptor_.release(error);
      acceptor_.assign(tcp::v6(), same, error);
    }
  }
  if (error) {
    return fail(ErrorCode::io, fmt::format("the socket that was passed cannot be used: {}", error.message()));
  }
  return {};
}

std::string Listener::address() const {
  error_code ignored;
  const tcp::endpoint endpoint = acceptor_.local_endpoint(ignored);
  const std::string host = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("http://[{}]:{}", host, endpoint.port())
                                    : fmt::format("http://{}:{}", host, endpoint.port());
}

std::uint16_t Listener::port() const {
  error_code ignored;
  return acceptor_.local_endpoint(ignored).port();
}

void Listener::start(std::function<void()> ended) {
  asio::co_spawn(strand_, accept(), [ended = std::move(ended)](std::exception_ptr) { ended(); });
}

void Listener::finish() {
  asio::post(strand_, [this] {
    finishing_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    room_.cancel();
    for (const auto& connection : connections_) {
      connection->finish();
    }
  });
}

void Listener::cancel() {
  asio::post(strand_, [this] {
    for (const auto& connection : connections_) {
      connection->cancel();
    }
  });
}

awaitable<void> Listener::accept() {
  while (!finishing_) {
    while (!finishing_ && connections_.size() >= limits_.all + kCrowd) {
      co_await wait_for_an_end();
    }
    error_code error;
    const asio::any_io_executor executor{asio::make_strand(io_)};
    tcp::socket socket = co_await acceptor_.async_accept(executor, asio::redirect_error(asio::use_awaitable, error));
    if (!error && !finishing_) {
      serve(std::move(socket));
    } else if (!finishing_) {
      log::warning("a connection could not be accepted: {}", error.message());
      room_.expires_after(kPause);
      co_await room_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }
  while (!connections_.empty()) {
    co_await wait_for_an_end();
  }
}

awaitable<void> Listener::wait_for_an_end() {
  error_code ignored;
  room_.expires_at(std::chrono::steady_clock::time_point::max());
  co_await room_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void Listener::serve(tcp::socket socket) {
  error_code ignored;
  const std::string client = client_name(socket.remote_endpoint(ignored).address());
  std::size_t& of_client = clients_[client];
  if (of_client >= limits_.per_client + kClientCrowd) {
    return;
  }
  socket.set_option(tcp::no_delay{true}, ignored);
  const auto executor = socket.get_executor();
  const Crowd crowd = connections_.size() >= limits_.all ? Crowd::everybody
                      : of_client >= limits_.per_client  ? Crowd::client
                                                         : Crowd::none;
  const auto connection = make_connection(std::move(socket), handler_, workers_, settings_, crowd);
  connections_.insert(connection);
  ++of_client;
  count_.store(connections_.size(), std::memory_order_relaxed);
  // The handler keeps the connection alive until its coroutine has ended.
  asio::co_spawn(
      executor, connection->run(),
      asio::bind_executor(strand_, [this, connection, client](std::exception_ptr) { forget(connection, client); }));
}

void Listener::forget(const std::shared_ptr<Connection>& connection, const std::string& client) {
  connections_.erase(connection);
  count_.store(connections_.size(), std::memory_order_relaxed);
  const auto found = clients_.find(client);
  if (--found->second == 0) {
    clients_.erase(found);
  }
  room_.cancel();
}

std::string client_name(const asio::ip::address& address) {
  if (!address.is_v6()) {
    return address.to_string();
  }
  const asio::ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
  }
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::make_address_v6(bytes).to_string();
}

}  // namespace rowprint::daemon
