#include "daemon/routes/answers.hpp"

#include <nlohmann/json.hpp>

namespace rowprint::daemon {
Response json_answer(int status, const Json& json) {
  Response response;
  response.status = status;
  response.body = to_text(json);
  return response;
}

Response problem(const Error& error) {
  return problem_with_status(status_of(error.code), error);
}
Response problem(ErrorCode code, std::string reason) {
  return problem(make_error(code, std::move(reason)));
}

Response problem_with_status(int status, const Error& error) {
  Response response = json_answer(status, json_of(error, status));
  response.content_type = "application/problem+json";
  if (status == 503 || status == 429 || (status == 409 && error.retryable)) {
    response.headers.emplace_back("Retry-After", "1");
  }
  return response;
}

Response problem_with_status(int status, ErrorCode code, std::string reason) {
  return problem_with_status(status, make_error(code, std::move(reason)));
}

Response problem_of(const BodyRefusal& refusal) {
  return refusal.status == 0 ? problem(refusal.error) : problem_with_status(refusal.status, refusal.error);
}

}  // namespace rowprint::daemon
