#include "daemon/routes/local_only.hpp"
#include "daemon/routes/version_path.hpp"
#include "daemon/server/head_reader.hpp"
#include "daemon/server/target.hpp"
#include "hashing/bytes.hpp"
#include "ingest/catalog.hpp"
#include "ingest/model/ascii.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/push_laws.hpp"
#include "tests/fuzz/written_request.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

/// Input: what a client sends: a head, and what comes behind it. Laws: what a target says, it says again when written,
/// and any text can be written into one; a request finds the one route whose pattern it fills, or is told which methods
/// do; of a version's path, what is taken is a name and a number; to others than this machine no source is shown; and
/// those of pushes, in push_laws.cpp: nothing that is said is passed over; what is taken asks for the same when
/// written, as rows or as a form; a refusal has a status, a reason, and a header that can be sent.
namespace rowprint::daemon {
namespace {

using fuzz::check_refusal;
using fuzz::must;
using fuzz::request_router;

void check_target(const Request& request) {
  Request again;
  must(parse_target(fuzz::written_target(request.path, request.query), again), "a target that is written is one");
  must(again.path == request.path && again.query == request.query, "a target reads as the same when written");
}

/// `target` is the one that `request` was read from.
void check_segments(std::string_view target, const Request& request) {
  std::string_view path = target.substr(0, target.find('?'));
  must(static_cast<std::size_t>(std::ranges::count(path, '/')) == request.path.size(), "slashes alone make segments");
  for (const std::string& segment : request.path) {
    path.remove_prefix(1);
    const std::string_view raw = path.substr(0, path.find('/'));
    must(raw.find('%') != raw.npos ? segment.size() < raw.size() : segment == raw,
         "only escapes are not as they stand");
    path.remove_prefix(raw.size());
  }
}

/// The path that a pattern stands for, once its captures are known.
std::string filled(std::string_view pattern, const std::vector<std::string>& captured) {
  std::vector<std::string> path;
  std::size_t used = 0;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const std::string_view segment = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(segment.size());
    must(segment != "{}" || used < captured.size(), "every {} has a capture");
    path.emplace_back(segment == "{}" ? std::string_view{captured[used++]} : segment);
  }
  must(used == captured.size(), "every capture has a {}");
  return fuzz::written_target(path, {});
}

Router::Found find(Request request, std::string_view method) {
  request.method = method;
  request.query.clear();
  return request_router().find(request);
}

/// The methods that a path has.
std::set<std::string> methods_of(const Request& request) {
  std::set<std::string> methods;
  for (const std::string_view method : {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "TRACE"}) {
    const auto found = find(request, method);
    if (found.route != nullptr) {
      must(found.route->method == method, "a route is of the method that is asked for");
      must(filled(found.route->pattern, found.captured) == fuzz::written_target(request.path, {}),
           "a path is its route's pattern with the captures in it");
      must(std::ranges::none_of(found.captured, &std::string::empty), "a capture is never empty");
      methods.emplace(method);
    }
  }
  return methods;
}

std::set<std::string> allowed_by(const Response& response) {
  std::set<std::string> methods;
  for (const auto& [name, value] : response.headers) {
    std::string_view list = name == "Allow" ? std::string_view{value} : "";
    while (!list.empty()) {
      const std::string_view method = list.substr(0, list.find(','));
      methods.emplace(trimmed(method));
      list.remove_prefix(std::min(method.size() + 1, list.size()));
    }
  }
  return methods;
}

void check_methods(const Request& request, const Router::Found& found) {
  std::set<std::string> methods = methods_of(request);
  if (found.route != nullptr || found.refusal.status == 400) {
    must(methods.contains(request.method), "only parameters keep a method from its route");
    return;
  }
  if (methods.empty()) {
    must(found.refusal.status == 404, "a path without a route is not there");
    return;
  }
  must(!methods.contains(request.method), "a method that has a route finds it");
  must(found.refusal.status == (request.method == "OPTIONS" ? 204 : 405), "a path that is there has its methods");
  if (methods.contains("GET")) {
    methods.emplace("HEAD");
  }
  methods.emplace("OPTIONS");
  must(allowed_by(found.refusal) == methods, "the methods of a path are told");
}

void check_parameters(const Request& request, const Router::Found& found) {
  std::set<std::string_view> seen;
  bool each_once = true;
  for (const auto& [name, value] : request.query) {
    each_once = seen.insert(name).second && each_once;
  }
  if (found.route != nullptr) {
    must(each_once &&
             std::ranges::includes(std::set(found.route->parameters.begin(), found.route->parameters.end()), seen),
         "a route has the parameters that its request has, once each");
  } else if (found.refusal.status == 400) {
    must(!seen.empty(), "what has no parameters is not refused for them");
  }
}

void check_crowd(Request request, const Router::Found& found) {
  request.crowd = Crowd::client;
  const auto crowded = request_router().find(request);
  must((crowded.route != nullptr) == (found.route != nullptr && found.route->operates),
       "in a crowd, only what operates the daemon is answered");
  if (found.route != nullptr && crowded.route == nullptr) {
    must(crowded.refusal.status == 429, "a crowd is told that it is one");
  }
}

void check_version_path(const std::vector<std::string>& captured) {
  const auto path = parse_version_path(captured);
  if (!path) {
    must(!path.error().reason.empty(), "a path is refused with a reason");
    must(captured.size() > 1 || !is_dataset_name(captured[0]), "a dataset's name is taken");
    return;
  }
  must(is_dataset_name(path->dataset) && path->dataset == captured[0], "a dataset has a name that is one");
  if (captured.size() > 1) {
    must(path->number == 0 ? captured[1] == "latest" : std::ranges::all_of(captured[1], is_digit),
         "a version is a number, or the latest");
    must(path->number == 0 || parse_version_path({captured[0], std::to_string(path->number)})->number == path->number,
         "a version's number reads as the same when written");
  }
}

bool is_loopback(std::string_view host) {
  const std::string name = to_lower(host.substr(0, host.starts_with('[') ? host.find(']') : host.find(':')));
  if (name.starts_with('[')) {
    std::string digits = name;
    std::erase_if(digits, [](char c) { return c == '[' || c == '0' || c == ':' || c == '.'; });
    return digits == "1";
  }
  return name == "localhost" ||
         (name.starts_with("127.") && std::ranges::all_of(name, [](char c) { return is_digit(c) || c == '.'; }));
}

void check_sources(Request request) {
  request.from_here = false;
  must(refuse_from_elsewhere(request).has_value(), "sources are not for other machines");
  request.from_here = true;
  if (const auto refused = refuse_from_elsewhere(request)) {
    check_refusal(*refused);
    return;
  }
  const auto host = request.header("host");
  must(!host || is_loopback(*host), "sources are asked for under a name of this machine");
  const auto origin = request.header("origin");
  must(!origin || *origin == "http://" + std::string{host.value_or("")}, "sources are not for pages of other sites");
}

void check_request(const Request& request, std::string_view body) {
  const auto found = request_router().find(request);
  if (found.route == nullptr && found.refusal.status != 204) {
    check_refusal(found.refusal);
  }
  check_parameters(request, found);
  if (!request.path.empty()) {
    check_methods(request, found);
    check_crowd(request, found);
  }
  if (found.route == nullptr) {
    return;
  }
  check_sources(request);
  if (found.route->pattern.starts_with("/v1/datasets/{}")) {
    check_version_path(found.captured);
  }
  if (found.route->method == "POST" && found.route->pattern == "/v1/datasets/{}/versions") {
    fuzz::check_push(request, found.captured, body);
  }
}

void check(std::string_view input) {
  const std::string text{input.substr(0, 100)};
  Request written;
  written.path = {text, "", text};
  written.query = {{text, text}, {"", ""}, {"a", text}};
  check_target(written);

  HeadEnd end;
  const auto size = end.find(input, {});
  if (!size || !*size) {
    return;
  }
  const std::string_view text_of_head = input.substr(0, **size);
  const auto head = parse_head(text_of_head, {}, ~std::uint64_t{0});
  if (!head) {
    constexpr std::array kStatuses{400, 414, 417, 431, 501, 505};
    must(std::ranges::find(kStatuses, head.error().status) != kStatuses.end(), "a head is refused for what it says");
    must(!head.error().reason.empty(), "a head is refused with a reason");
    return;
  }
  const std::string_view target = scan_head(text_of_head, {})->target;
  if (target != "*") {
    check_segments(target, head->request);
    check_target(head->request);
  }
  check_request(head->request, input.substr(**size));
}

}  // namespace
}  // namespace rowprint::daemon

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rowprint::daemon::check(rowprint::hashing::as_text({data, size}));
  return 0;
}
