#pragma once

#include "connectors/http/content_coding.hpp"
#include "connectors/http/form_stream.hpp"
#include "connectors/http/formats.hpp"
#include "daemon/routes/checked_body.hpp"
#include "daemon/server/message.hpp"
#include "ingest/ingestor.hpp"
#include "ingest/model/schema.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowprint::daemon {

/// What the body of a push is.
enum class PushBody : std::uint8_t {
  rows,
  form,       ///< holds rows in a file, and may say before it how they are to be read
  reference,  ///< names a content instead of holding rows
};

/// What a push asks for, as far as its head says. Move-only.
struct PushRequest {
  IngestRequest ingest;
  Schema declared;
  PushBody body = PushBody::rows;
  RowsFormat format;  ///< of rows; of a form's file once complete_push() was called
  ContentCoding coding = ContentCoding::identity;
  std::string boundary;  ///< of a form
  PromisedDigests digests;
};

/// A refusal with the status it is told under, and what else its answer's header says.
struct PushRefusal {
  int status = 400;
  Error error;
  std::vector<std::pair<std::string, std::string>> headers{};
};
/// For bad_input.
tl::unexpected<PushRefusal> refuse_push(int status, std::string reason);

/// The parameters that a push may have; of a form, fields of these names say the same.
std::span<const std::string_view> push_parameters();

tl::expected<PushRequest, PushRefusal> parse_push(const Request& request, const std::vector<std::string>& captured);

/// Takes in what a form says before its file. Refusals: as those of parameters; 400 too for a field that is no
/// parameter, or that the request or the form says twice.
tl::expected<void, PushRefusal> complete_push(PushRequest& push, const Request& request, const FormHead& form);

}  // namespace rowprint::daemon
