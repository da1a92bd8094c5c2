#include "daemon/routes/router.hpp"

#include "daemon/routes/answers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <optional>
#include <set>

namespace rowprint::daemon {
namespace {

constexpr std::string_view kCapture = "{}";
constexpr std::string_view kOptions = "OPTIONS";

std::vector<std::string_view> split(std::string_view pattern) {
  std::vector<std::string_view> segments;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    segments.push_back(pattern.substr(0, pattern.find('/')));
    pattern.remove_prefix(segments.back().size());
  }
  return segments;
}

std::optional<std::vector<std::string>> match(const std::vector<std::string_view>& segments,
                                              const std::vector<std::string>& path) {
  if (segments.size() != path.size()) {
    return std::nullopt;
  }
  std::vector<std::string> captured;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (segments[i] == kCapture && !path[i].empty()) {
      captured.push_back(path[i]);
    } else if (segments[i] != path[i]) {
      return std::nullopt;
    }
  }
  return captured;
}

std::optional<Response> refuse_parameters(const Route& route, const Request& request) {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    if (std::find(route.parameters.begin(), route.parameters.end(), name) == route.parameters.end()) {
      return problem(ErrorCode::bad_input, fmt::format("unknown parameter \"{}\"", name));
    }
    if (!seen.insert(name).second) {
      return problem(ErrorCode::bad_input, fmt::format("parameter \"{}\" stands there twice", name));
    }
  }
  return std::nullopt;
}

/// What is said where there is no route for the method. RFC 9110 section 9.3.7: OPTIONS asks for what there is, of the
/// whole server where the path is `*`.
Response refuse_method(const Request& request, std::set<std::string_view> allowed) {
  if (allowed.empty()) {
    return problem(ErrorCode::not_found, fmt::format("there is nothing at /{}", fmt::join(request.path, "/")));
  }
  if (allowed.count("GET") != 0) {
    allowed.insert("HEAD");
  }
  allowed.insert(kOptions);
  Response response;
  response.status = 204;
  if (request.method != kOptions) {
    response = problem_with_status(405, ErrorCode::bad_input, fmt::format("{} is not for this path", request.method));
  }
  response.headers.emplace_back("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
  return response;
}

}  // namespace

Router::Router(std::vector<Route> routes) {
  for (Route& route : routes) {
    auto segments = split(route.pattern);
    entries_.push_back({std::move(route), std::move(segments)});
  }
}

Router::Found Router::find(const Request& request) const {
  Found found;
  std::set<std::string_view> allowed;
  for (const Entry& entry : entries_) {
    auto captured = match(entry.segments, request.path);
    if (!captured && !request.path.empty()) {
      continue;
    }
    allowed.insert(entry.route.method);
    if (entry.route.method == request.method) {
      found.route = &entry.route;
      found.captured = *std::move(captured);
      break;
    }
  }
  if (found.route == nullptr) {
    found.refusal = refuse_method(request, std::move(allowed));
    return found;
  }
  if (request.crowd != Crowd::none && !found.route->operates) {
    found.route = nullptr;
    found.refusal = request.crowd == Crowd::client
                        ? problem_with_status(429, ErrorCode::busy, "there are too many connections from this address")
                        : problem(ErrorCode::busy, "there are too many connections");
    return found;
  }
  if (auto refused = refuse_parameters(*found.route, request)) {
    found.route = nullptr;
    found.refusal = *std::move(refused);
  }
  return found;
}

}  // namespace rowprint::daemon
