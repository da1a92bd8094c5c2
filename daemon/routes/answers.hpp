#pragma once

#include "daemon/json/forms.hpp"
#include "daemon/routes/json_body.hpp"
#include "daemon/server/message.hpp"

#include <string>

namespace rowprint::daemon {

Response json_answer(int status, const Json& json);
/// application/problem+json, with the status that belongs to the error's code.
Response problem(const Error& error);
Response problem(ErrorCode code, std::string reason);
/// The same where HTTP has a closer status than the code.
Response problem_with_status(int status, const Error& error);
Response problem_with_status(int status, ErrorCode code, std::string reason);

Response problem_of(const BodyRefusal& refusal);

}  // namespace rowprint::daemon
