#include "tests/property/wire.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace rowprint::test {
namespace {

std::string head(std::string_view method, const std::string& target, const Headers& headers) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n", method, target);
  for (const auto& [name, value] : headers) {
    text += name + ": " + value + "\r\n";
  }
  return text;
}

}  // namespace

Wire::Wire(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw std::runtime_error{"cannot connect"};
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

Wire::~Wire() {
  ::close(socket_);
}

Answer Wire::get(const std::string& target, const Headers& headers) {
  write(head("GET", target, headers) + "\r\n");
  return answer();
}

Answer Wire::post(const std::string& target, const Headers& headers, std::string_view body) {
  write(head("POST", target, headers) + fmt::format("Content-Length: {}\r\n\r\n", body.size()));
  write(body);
  return answer();
}

Answer Wire::post_chunked(const std::string& target, const Headers& headers,
                          const std::vector<std::string_view>& pieces) {
  std::string pending = head("POST", target, headers) + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string_view piece : pieces) {
    pending += fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
    // Chunks share packets now and then, and now and then they do not.
    if (pending.size() % 7 == 0 || pending.size() > 60'000) {
      write(pending);
      pending.clear();
    }
  }
  write(pending + "0\r\n\r\n");
  return answer();
}

void Wire::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      throw std::runtime_error{"the connection broke while sending"};
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Wire::fill() {
  char bytes[65'536];
  const ssize_t received = ::recv(socket_, bytes, sizeof(bytes), 0);
  if (received <= 0) {
    throw std::runtime_error{"the connection ended before the answer"};
  }
  buffer_.append(bytes, static_cast<std::size_t>(received));
}

std::string Wire::line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    fill();
  }
  std::string text = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return text;
}

std::string Wire::take(std::size_t size) {
  while (buffer_.size() < size) {
    fill();
  }
  std::string bytes = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return bytes;
}

Answer Wire::answer() {
  const std::string status = line();
  if (!status.starts_with("HTTP/1.1 ")) {
    throw std::runtime_error{"not an answer: " + status};
  }
  Answer got{std::stoi(status.substr(9)), {}};
  std::size_t size = 0;
  bool chunked = false;
  for (std::string header = line(); !header.empty(); header = line()) {
    std::transform(header.begin(), header.end(), header.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    if (header.starts_with("content-length:")) {
      size = std::stoul(header.substr(15));
    }
    chunked = chunked || header == "transfer-encoding: chunked";
  }
  if (!chunked) {
    got.body = take(size);
    return got;
  }
  while (const std::size_t chunk = std::stoul(line(), nullptr, 16)) {
    got.body += take(chunk);
    take(2);
  }
  line();
  return got;
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain =
        (byte < 0x80 && std::isalnum(byte) != 0) || std::string_view{"-._~"}.find(letter) != std::string_view::npos;
    out += plain ? std::string(1, letter) : fmt::format("%{:02X}", byte);
  }
  return out;
}

}  // namespace rowprint::test
