#include "daemon/routes/api.hpp"

#include "daemon/routes/answers.hpp"
#include "daemon/routes/handlers.hpp"
#include "daemon/routes/push_request.hpp"

namespace rowprint::daemon {
namespace {

std::vector<Route> routes(const Services& services) {
  std::vector<Route> all;
  const auto add = [&](std::string_view method, std::string_view pattern, std::vector<std::string_view> parameters,
                       awaitable<Response> (*handle)(const Services&, Call)) {
    all.push_back({method, pattern, std::move(parameters),
                   [&services, handle](Call call) { return handle(services, std::move(call)); }});
  };
  const auto operate = [&](std::string_view pattern, awaitable<Response> (*handle)(const Services&, Call)) {
    add("GET", pattern, {}, handle);
    all.back().operates = true;
  };
  add("POST", "/v1/datasets/{}/versions", {push_parameters().begin(), push_parameters().end()}, push);
  add("GET", "/v1/datasets", {}, list_datasets);
  add("GET", "/v1/datasets/{}", {}, list_versions);
  add("DELETE", "/v1/datasets/{}", {}, remove_dataset);
  add("GET", "/v1/datasets/{}/versions/{}", {}, show_version);
  add("DELETE", "/v1/datasets/{}/versions/{}", {}, remove_version);
  add("GET", "/v1/datasets/{}/versions/{}/rows", {}, read_rows);
  add("POST", "/v1/datasets/{}/versions/{}/verify", {}, verify_version);
  add("GET", "/v1/contents/{}", {}, show_content);
  add("GET", "/v1/ingests", {}, list_ingests);
  add("GET", "/v1/ingests/{}", {}, show_ingest);
  add("DELETE", "/v1/ingests/{}", {}, cancel_ingest);
  add("GET", "/v1/ingests/{}/events", {}, follow_ingest);
  add("POST", "/v1/pulls", {}, start_pull);
  add("GET", "/v1/sources", {}, list_sources);
  add("POST", "/v1/sources/{}/test", {}, test_source);
  add("GET", "/v1/status", {}, show_status);
  operate("/healthz", show_health);
  operate("/readyz", show_readiness);
  operate("/metrics", show_metrics);
  return all;
}

}  // namespace

Api::Api(Services services) : services_(std::move(services)), router_(routes(services_)) {}

awaitable<Response> Api::handle(const Request& request, std::unique_ptr<Body> body) {
  Router::Found found = router_.find(request);
  Response response;
  if (found.route != nullptr) {
    Call call{request, std::move(body), std::move(found.captured)};
    response = co_await found.route->handle(std::move(call));
  } else {
    response = std::move(found.refusal);
  }
  co_return response;
}

Response Api::refuse(int status, const Error& error) {
  return status == 0 ? problem(error) : problem_with_status(status, error);
}

void Api::answering(int status) {
  services_.metrics.request_answered(status);
}

}  // namespace rowprint::daemon
