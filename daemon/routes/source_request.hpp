#pragma once

#include "daemon/json/forms.hpp"
#include "daemon/pulls.hpp"

namespace rowprint::daemon {

/// What a version is to be compared with.
struct CompareRequest {
  std::string source;
  sql::Query query;
  bool report = false;
};

/// The bodies of docs/http-api.md, "Pull" and "Verify". Pure functions. Errors: bad_input that names the member.
Result<PullRequest> parse_pull(const Json& body);
Result<CompareRequest> parse_compare(const Json& body);

}  // namespace rowprint::daemon
