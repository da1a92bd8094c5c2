#include "daemon/log.hpp"
#include "daemon/routes/answers.hpp"
#include "daemon/routes/events.hpp"
#include "daemon/routes/handlers.hpp"

#include <nlohmann/json.hpp>

namespace rowprint::daemon {

awaitable<Response> list_ingests(const Services& services, Call) {
  const SystemTime now = system_now();
  Json list = Json::array();
  for (const Job& job : services.jobs.list()) {
    list.push_back(json_of(job, now));
  }
  co_return json_answer(200, Json{{"ingests", std::move(list)}});
}

awaitable<Response> show_ingest(const Services& services, Call call) {
  const auto record = services.jobs.find(call.captured.at(0));
  if (!record) {
    co_return problem(no_such_job(call.captured.at(0)));
  }
  co_return json_answer(200, json_of(record->look(), system_now()));
}

awaitable<Response> follow_ingest(const Services& services, Call call) {
  if (!call.request.chunks_known) {
    // Without chunks an answer that was cut cannot be told from one that ended.
    co_return problem_with_status(505, ErrorCode::bad_input, "events are read with HTTP/1.1");
  }
  auto record = services.jobs.find(call.captured.at(0));
  if (!record) {
    co_return problem(no_such_job(call.captured.at(0)));
  }
  Response response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.stream = std::make_unique<JobEvents>(std::move(record));
  co_return response;
}

awaitable<Response> cancel_ingest(const Services& services, Call call) {
  const auto job = services.jobs.cancel(call.captured.at(0));
  if (!job) {
    co_return problem(job.error());
  }
  log::info("ingest {}: asked to end", job->asked.id);
  co_return json_answer(202, json_of(*job, system_now()));
}

}  // namespace rowprint::daemon
