#include "daemon/routes/api.hpp"

#include "daemon/routes/answers.hpp"
#include "daemon/routes/api_routes.hpp"

namespace rowprint::daemon {
namespace {

std::vector<Route> routes(const Services& services) {
  std::vector<Route> all;
  for (const ApiRoute& route : api_routes()) {
    const auto handle = [&services, answer = route.handle](Call call) { return answer(services, std::move(call)); };
    all.push_back({route.method, route.pattern, route.parameters, handle, route.operates});
  }
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
