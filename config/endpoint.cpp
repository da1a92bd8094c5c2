#include "config/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <array>
#include <charconv>

namespace rowprint::config {

std::string Endpoint::text() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const auto refuse = [&] {
    return fail(ErrorCode::bad_input,
                fmt::format("\"{}\" is not a numeric address and a port, like 127.0.0.1:8750 or [::1]:8750", text));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return refuse();
  }
  Endpoint endpoint;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  endpoint.host = bracketed ? host.substr(1, host.size() - 2) : host;
  std::array<unsigned char, sizeof(in6_addr)> address{};
  if (inet_pton(bracketed ? AF_INET6 : AF_INET, endpoint.host.c_str(), address.data()) != 1) {
    return refuse();
  }
  const std::string_view port = text.substr(colon + 1);
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (problem != std::errc{} || end != port.data() + port.size()) {
    return refuse();
  }
  return endpoint;
}

}  // namespace rowprint::config
