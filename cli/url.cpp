#include "cli/url.hpp"

#include "ingest/model/ascii.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace rowprint::cli {
namespace {

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit) &&
         std::stoul(std::string{text}) - 1 < 65'535;
}

bool is_unreserved(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool is_plain(char c) {
  return c > ' ' && c < '\x7f' && c != '@' && c != '?' && c != '#';
}

template <typename StaysAsItIs>
std::string encode(std::string_view text, StaysAsItIs stays) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (stays(c)) {
      encoded.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace

std::string Url::authority() const {
  return host.find(':') == std::string::npos ? host + ":" + port : "[" + host + "]:" + port;
}

Result<Url> parse_url(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorCode::bad_input, fmt::format("the daemon's address \"{}\" {}", text, why));
  };
  if (text.starts_with("https://")) {
    return wrong("asks for https, which rowprint does not speak: use http:// through a tunnel or a local proxy");
  }
  constexpr std::string_view kScheme = "http://";
  if (!text.starts_with(kScheme)) {
    return wrong("does not begin with http://");
  }
  std::string_view rest = text.substr(kScheme.size());
  if (!std::all_of(rest.begin(), rest.end(), is_plain)) {
    return wrong("has something other than a host, a port and a path");
  }
  Url url;
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  url.path = rest.substr(slash);
  while (url.path.ends_with('/')) {
    url.path.pop_back();
  }
  std::string_view place = rest.substr(0, slash);
  std::string_view after_host;
  if (place.starts_with('[')) {
    const std::size_t close = place.find(']');
    if (close == std::string_view::npos) {
      return wrong("has a [ without its ]");
    }
    url.host = place.substr(1, close - 1);
    after_host = place.substr(close + 1);
  } else {
    const std::size_t colon = std::min(place.find(':'), place.size());
    url.host = place.substr(0, colon);
    after_host = place.substr(colon);
  }
  if (url.host.empty()) {
    return wrong("names no host");
  }
  if (!after_host.empty()) {
    if (after_host.front() != ':' || !is_port(after_host.substr(1))) {
      return wrong("has no port from 1 to 65535 after its host");
    }
    url.port = after_host.substr(1);
  }
  return url;
}

std::string percent_encode(std::string_view text) {
  return encode(text, is_unreserved);
}

std::string encode_query_value(std::string_view text) {
  std::string encoded = encode(text, [](char c) { return is_unreserved(c) || c == ',' || c == '=' || c == ' '; });
  std::ranges::replace(encoded, ' ', '+');
  return encoded;
}

}  // namespace rowprint::cli
