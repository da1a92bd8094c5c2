#pragma once

#include "cli/client.hpp"
#include "cli/exit_code.hpp"
#include "ingest/model/error.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rowprint::cli {

/// Keeps the order in which the daemon writes members.
using Json = nlohmann::ordered_json;

/// The error that an answer without success is: what its problem+json says, or what its status says where a proxy
/// answered.
Error problem_of(const Response& response);
/// The error that a problem as JSON is; `code` where it does not say which.
Error problem_of(const Json& problem, ErrorCode code);

/// The JSON value of a successful answer, or the error that it is otherwise. Errors: internal for a success that is no
/// JSON.
Result<Json> json_of(Result<Response> response);

/// One line of JSON of the shape that the daemon's problems have, without `status`, and with the exit status it leads
/// to.
std::string problem_line(const Error& error, ExitCode exit);

}  // namespace rowprint::cli
