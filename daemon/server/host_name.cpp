#include "daemon/server/host_name.hpp"

#include "ingest/model/ascii.hpp"

#include <arpa/inet.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace rowprint::daemon {
namespace {

/// RFC 3986: unreserved and sub-delims.
bool is_name_byte(char c) {
  return is_digit(c) || is_letter(c) || (c != '\0' && std::strchr("-._~!$&'()*+,;=", c) != nullptr);
}

bool is_registered_name(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) {
        return false;
      }
      i += 2;
    } else if (!is_name_byte(text[i])) {
      return false;
    }
  }
  return !text.empty();
}

bool is_ipv6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) {
    return false;
  }
  std::copy(text.begin(), text.end(), terminated.begin());
  in6_addr address{};
  return text.find('\0') == std::string_view::npos && inet_pton(AF_INET6, terminated.data(), &address) == 1;
}

/// RFC 3986 allows it to be empty.
bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  return text.empty() || (problem == std::errc{} && end == text.data() + text.size() && text.size() <= 5);
}

}  // namespace

bool is_host(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find(']') : text.find(':');
  const std::string_view name = text.substr(bracketed ? 1 : 0, bracketed && end != text.npos ? end - 1 : end);
  if (bracketed ? end == text.npos || !is_ipv6(name) : !is_registered_name(name)) {
    return false;
  }
  const std::string_view rest = end == text.npos ? "" : text.substr(end + (bracketed ? 1 : 0));
  return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
}

}  // namespace rowprint::daemon
