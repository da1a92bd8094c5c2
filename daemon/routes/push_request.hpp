#pragma once

#include "daemon/server/message.hpp"
#include "ingest/ingestor.hpp"
#include "ingest/model/schema.hpp"

#include <string>
#include <vector>

namespace rowprint::daemon {

/// What a push asks for, as far as its head says.
struct PushRequest {
  IngestRequest ingest;
  Schema declared;
  bool reference = false;  ///< the body names a content instead of holding rows
};

/// A refusal with the status it is told under.
struct PushRefusal {
  int status = 400;
  Error error;
};

tl::expected<PushRequest, PushRefusal> parse_push(const Request& request, const std::vector<std::string>& captured);

}  // namespace rowprint::daemon
