#include "daemon/log.hpp"
#include "daemon/routes/answers.hpp"
#include "daemon/routes/handlers.hpp"
#include "daemon/routes/json_body.hpp"
#include "daemon/routes/local_only.hpp"
#include "daemon/routes/source_request.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rowprint::daemon {

awaitable<Response> start_pull(const Services& services, Call call) {
  if (auto refused = refuse_from_elsewhere(call.request)) {
    co_return std::move(*refused);
  }
  const auto body = co_await read_json(call.request, *call.body);
  if (!body) {
    co_return problem_of(body.error());
  }
  auto request = parse_pull(*body);
  if (!request) {
    co_return problem(request.error());
  }
  const auto job = services.pulls.start(*std::move(request));
  if (!job) {
    co_return problem(job.error());
  }
  Response response = json_answer(202, json_of(*job, system_now()));
  response.headers.emplace_back("Location", fmt::format("/v1/ingests/{}", job->asked.id));
  co_return response;
}

awaitable<Response> list_sources(const Services& services, Call call) {
  if (auto refused = refuse_from_elsewhere(call.request)) {
    co_return std::move(*refused);
  }
  Json list = Json::array();
  for (const Databases::Listed& source : services.databases.list()) {
    list.push_back({{"name", source.name}, {"database", source.description}});
  }
  co_return json_answer(200, Json{{"sources", std::move(list)}});
}

awaitable<Response> test_source(const Services& services, Call call) {
  if (auto refused = refuse_from_elsewhere(call.request)) {
    co_return std::move(*refused);
  }
  const std::string& name = call.captured.at(0);
  auto database = services.databases.open(name);
  if (!database) {
    co_return problem(database.error());
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto server = co_await (*database)->test();
  const auto took = std::chrono::steady_clock::now() - begun;
  if (!server) {
    log::warning("source {}: {}", name, to_string(server.error().code));
    co_return problem(server.error());
  }
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  co_return json_answer(200, Json{{"source", name}, {"server", *server}, {"milliseconds", milliseconds}});
}

}  // namespace rowprint::daemon
