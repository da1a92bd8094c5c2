#include "tests/unit/daemon/running_server.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

namespace rowprint::daemon {

namespace asio = boost::asio;
using boost::system::error_code;

RunningServer::RunningServer(Handler& handler, ConnectionSettings settings, ConnectionLimits limits)
    : listener_(std::make_unique<Listener>(io_, handler, workers_.get_executor(), settings, limits)) {
  if (const auto opened = listener_->open("127.0.0.1", 0); !opened) {
    throw std::runtime_error{opened.error().reason};
  }
  port_ = listener_->port();
  listener_->start([] {});
  thread_ = std::thread{[this] { io_.run(); }};
  other_thread_ = std::thread{[this] { io_.run(); }};
}

RunningServer::~RunningServer() {
  if (thread_.joinable()) {
    listener_->finish();
    listener_->cancel();
    wait_until_ended();
  }
}

void RunningServer::wait_until_ended() {
  thread_.join();
  other_thread_.join();
  workers_.join();
}

PlainClient::PlainClient(std::uint16_t port) {
  socket_.connect({asio::ip::make_address("127.0.0.1"), port});
}

void PlainClient::send(const std::string& bytes) {
  // Whoever is refused in mid-body may find the other side closed: what counts is the answer.
  error_code ignored;
  asio::write(socket_, asio::buffer(bytes), ignored);
}

void PlainClient::finish_sending() {
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

std::string PlainClient::read_until(const std::string& mark) {
  error_code ignored;
  const std::size_t size = asio::read_until(socket_, asio::dynamic_buffer(left_), mark, ignored);
  std::string read = left_.substr(0, size);
  left_.erase(0, size);
  return read;
}

std::string PlainClient::answer() {
  std::string head = read_until("\r\n\r\n");
  const std::string name = "Content-Length: ";
  const std::size_t at = head.find(name);
  if (at == std::string::npos) {
    return head;
  }
  const std::size_t size = std::stoul(head.substr(at + name.size()));
  error_code ignored;
  if (left_.size() < size) {
    asio::read(socket_, asio::dynamic_buffer(left_), asio::transfer_exactly(size - left_.size()), ignored);
  }
  head += left_.substr(0, size);
  left_.erase(0, size);
  return head;
}

std::string PlainClient::rest() {
  error_code ignored;
  asio::read(socket_, asio::dynamic_buffer(left_), ignored);
  return std::move(left_);
}

}  // namespace rowprint::daemon
