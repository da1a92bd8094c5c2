#pragma once

#include "connectors/http/formats.hpp"
#include "daemon/server/message.hpp"
#include "ingest/ingestor.hpp"
#include "ingest/model/schema.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rowprint::daemon {

/// What the body of a push is.
enum class PushBody : std::uint8_t {
  rows,
  reference,  ///< names a content instead of holding rows
};

/// What a push asks for, as far as its head says.
struct PushRequest {
  IngestRequest ingest;
  Schema declared;
  PushBody body = PushBody::rows;
  RowsFormat format;  ///< of rows
};

/// A refusal with the status it is told under.
struct PushRefusal {
  int status = 400;
  Error error;
};

tl::expected<PushRequest, PushRefusal> parse_push(const Request& request, const std::vector<std::string>& captured);

}  // namespace rowprint::daemon
