#include "cli/problem.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rowprint::cli {
namespace {

std::optional<ErrorCode> parse_error_code(std::string_view text) {
  for (auto code = ErrorCode::bad_input; code <= ErrorCode::internal;
       code = static_cast<ErrorCode>(static_cast<int>(code) + 1)) {
    if (to_string(code) == text) {
      return code;
    }
  }
  return std::nullopt;
}

ErrorCode code_of_status(unsigned status) {
  switch (status) {
    case 404:
      return ErrorCode::not_found;
    case 409:
      return ErrorCode::conflict;
    case 412:
      return ErrorCode::precondition_failed;
    case 422:
      return ErrorCode::key_reused;
    case 413:
      return ErrorCode::limit_exceeded;
    case 502:
    case 503:
    case 504:
      return ErrorCode::unavailable;
    case 507:
      return ErrorCode::no_space;
    default:
      return status >= 500 ? ErrorCode::internal : ErrorCode::bad_input;
  }
}

std::string text_member(const Json& problem, const char* name) {
  const auto member = problem.find(name);
  return member != problem.end() && member->is_string() ? member->get<std::string>() : std::string{};
}

std::optional<std::uint64_t> number_member(const Json& problem, const char* name) {
  const auto member = problem.find(name);
  if (member == problem.end() || !member->is_number_unsigned()) {
    return std::nullopt;
  }
  return member->get<std::uint64_t>();
}

}  // namespace

Error problem_of(const Json& problem, ErrorCode code) {
  Error error;
  error.code = code;
  if (problem.is_object()) {
    error.code = parse_error_code(text_member(problem, "code")).value_or(code);
    error.reason = text_member(problem, "reason");
    error.row = number_member(problem, "row");
    error.offset = number_member(problem, "offset");
    error.column = text_member(problem, "column");
    if (error.reason.empty()) {
      error.reason = text_member(problem, "detail");
    }
    if (error.reason.empty()) {
      error.reason = text_member(problem, "title");
    }
  }
  error.retryable = error.code == ErrorCode::busy || error.code == ErrorCode::unavailable;
  return error;
}

Error problem_of(const Response& response) {
  Error error = problem_of(Json::parse(response.body, nullptr, false), code_of_status(response.status));
  if (error.reason.empty()) {
    error.reason = fmt::format("the daemon answered with status {} and no reason", response.status);
  }
  return error;
}

Result<Json> json_of(Result<Response> response) {
  if (!response) {
    return fail(std::move(response.error()));
  }
  if (!response->is_success()) {
    return fail(problem_of(*response));
  }
  Json value = Json::parse(response->body, nullptr, false);
  if (!value.is_object()) {
    return fail(ErrorCode::internal, "the answer is not what a rowprint daemon would say: is this its address?");
  }
  return value;
}

std::string problem_line(const Error& error, ExitCode exit) {
  Json problem;
  problem["type"] = fmt::format("urn:rowprint:problem:{}", to_string(error.code));
  problem["detail"] = error.text();
  problem["code"] = to_string(error.code);
  problem["reason"] = error.reason;
  if (error.row) {
    problem["row"] = *error.row;
  }
  if (error.offset) {
    problem["offset"] = *error.offset;
  }
  if (!error.column.empty()) {
    problem["column"] = error.column;
  }
  if (error.outcome_unknown) {
    problem["outcome_unknown"] = true;
  }
  problem["exit"] = static_cast<int>(exit);
  // A column's name may hold what the input held: what is not UTF-8 is replaced rather than thrown at.
  return problem.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rowprint::cli
