#include "daemon/routes/answers.hpp"
#include "daemon/routes/handlers.hpp"
#include "daemon/routes/openapi.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>
#include <array>
#include <nlohmann/json.hpp>

namespace rowprint::daemon {
namespace {

constexpr std::array kRunningStates{IngestState::waiting, IngestState::connecting, IngestState::retrying,
                                    IngestState::hashing, IngestState::storing,    IngestState::sealing};

}  // namespace

awaitable<Response> show_status(const Services& services, Call) {
  const auto missing = co_await services.readiness.missing();
  if (!missing) {
    co_return problem(missing.error());
  }
  const Metrics::Totals totals = services.metrics.totals();
  co_return json_answer(200, Json{{"version", services.version},
                                  {"pid", ::getpid()},
                                  {"started", format_time(services.started)},
                                  {"data", services.config.data},
                                  {"store", services.store.name()},
                                  {"ready", missing->empty()},
                                  {"missing", *missing},
                                  {"memory",
                                   {{"budget_bytes", services.budget.bytes_max()},
                                    {"used_bytes", services.budget.bytes_used()},
                                    {"waiting", services.budget.waiting()},
                                    {"resident_bytes", resident_bytes()}}},
                                  {"connections", services.connections()},
                                  {"ingests",
                                   {{"running", services.jobs.running()},
                                    {"sealed", totals.sealed},
                                    {"reused", totals.reused},
                                    {"failed", totals.failed},
                                    {"cancelled", totals.cancelled}}},
                                  {"rows", {{"received", totals.rows}}},
                                  {"bytes", {{"received", totals.bytes}}}});
}

awaitable<Response> show_openapi(const Services&, Call) {
  Response response;
  response.body = openapi_document();
  co_return response;
}

awaitable<Response> show_health(const Services&, Call) {
  co_return json_answer(200, Json{{"alive", true}});
}

awaitable<Response> show_readiness(const Services& services, Call) {
  const auto missing = co_await services.readiness.missing();
  if (!missing) {
    co_return problem_with_status(503, missing.error());
  }
  if (missing->empty()) {
    co_return json_answer(200, Json{{"ready", true}});
  }
  Error error;
  error.code = ErrorCode::unavailable;
  error.reason = fmt::format("contents are not there: {}", fmt::join(*missing, ", "));
  Response response = problem(error);
  Json json = json_of(error, response.status);
  json["missing"] = *missing;
  response.body = to_text(json);
  co_return response;
}

awaitable<Response> show_metrics(const Services& services, Call) {
  const auto missing = co_await services.readiness.missing();
  Metrics::Moment moment;
  moment.memory_budget_bytes = services.budget.bytes_max();
  moment.memory_used_bytes = services.budget.bytes_used();
  moment.memory_waiting = services.budget.waiting();
  moment.resident_bytes = resident_bytes();
  moment.connections = services.connections();
  moment.ingests_running = services.jobs.running();
  for (const IngestState state : kRunningStates) {
    moment.ingests_by_state[to_string(state)] = 0;
  }
  for (const Job& job : services.jobs.list()) {
    if (!job.ended) {
      moment.ingests_by_state[to_string(job.state)] += 1;
    }
  }
  moment.source_reads = services.reads.inside();
  moment.ready = missing && missing->empty();
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = services.metrics.text(moment);
  co_return response;
}

}  // namespace rowprint::daemon
