#include "daemon/server/target.hpp"

#include <algorithm>

namespace rowprint::daemon {
namespace {

int hex_digit(char character) {
  if (character >= '0' && character <= '9') {
    return character - '0';
  }
  const char lower = static_cast<char>(character | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> form_decode(std::string_view text) {
  std::string spaced{text};
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

bool parse_query(std::string_view query, Request& request) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) {
      continue;
    }
    const std::size_t equals = pair.find('=');
    auto name = form_decode(pair.substr(0, equals));
    auto value = form_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!name || !value) {
      return false;
    }
    request.query.emplace_back(*std::move(name), *std::move(value));
  }
  return true;
}

std::optional<std::string_view> find(const std::vector<std::pair<std::string, std::string>>& pairs,
                                     std::string_view name) {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; });
  return found == pairs.end() ? std::nullopt : std::optional<std::string_view>{found->second};
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  return find(headers, name);
}
std::optional<std::string> Request::joined_header(std::string_view name) const {
  std::optional<std::string> all;
  for (const auto& [header, value] : headers) {
    if (header == name) {
      all = all ? *all + "," + value : value;
    }
  }
  return all;
}
std::optional<std::string_view> Request::parameter(std::string_view name) const {
  return find(query, name);
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      return std::nullopt;
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

bool parse_target(std::string_view target, Request& request) {
  if (target.empty() || target.front() != '/') {
    return false;
  }
  const std::size_t question = target.find('?');
  std::string_view path = target.substr(1, question == std::string_view::npos ? question : question - 1);
  for (;;) {
    const std::string_view segment = path.substr(0, path.find('/'));
    auto decoded = percent_decode(segment);
    if (!decoded) {
      return false;
    }
    request.path.push_back(*std::move(decoded));
    if (segment.size() == path.size()) {
      break;
    }
    path.remove_prefix(segment.size() + 1);
  }
  return question == std::string_view::npos || parse_query(target.substr(question + 1), request);
}

}  // namespace rowprint::daemon
