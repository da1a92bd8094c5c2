#include "daemon/routes/push_request.hpp"

#include "daemon/routes/entity_tag.hpp"
#include "daemon/routes/json_body.hpp"
#include "daemon/routes/push_format.hpp"
#include "daemon/routes/version_path.hpp"

#include <fmt/format.h>

namespace rowprint::daemon {
namespace {

constexpr std::string_view kReferenceType = "application/vnd.rowprint.reference+json";

tl::unexpected<PushRefusal> refuse(int status, std::string reason) {
  Error error;
  error.code = ErrorCode::bad_input;
  error.reason = std::move(reason);
  return tl::unexpected{PushRefusal{status, std::move(error)}};
}

/// What is asked of the dataset, and by what a retry is known.
Result<void> read_conditions(const Request& request, IngestRequest& ingest) {
  auto precondition = parse_precondition(request);
  if (!precondition) {
    return fail(std::move(precondition.error()));
  }
  auto key = parse_idempotency_key(request);
  if (!key) {
    return fail(std::move(key.error()));
  }
  ingest.precondition = *std::move(precondition);
  ingest.idempotency_key = *std::move(key);
  return {};
}

}  // namespace

tl::expected<PushRequest, PushRefusal> parse_push(const Request& request, const std::vector<std::string>& captured) {
  PushRequest push;
  const auto path = parse_version_path(captured);
  if (!path) {
    return refuse(400, path.error().reason);
  }
  push.ingest.dataset = path->dataset;

  const std::string_view content_type = request.header("content-type").value_or("");
  push.body = media_type(request) == kReferenceType ? PushBody::reference : PushBody::rows;
  if (push.body == PushBody::rows) {
    const auto format = parse_push_format(content_type, request);
    if (!format) {
      return tl::unexpected{format.error()};
    }
    push.format.format = *format;
  }
  if (const auto coding = request.header("content-encoding"); coding && *coding != "identity") {
    return refuse(415, fmt::format("the content encoding \"{}\" is not taken", *coding));
  }
  if (!request.header("content-length") && !request.header("transfer-encoding")) {
    // HTTP would take it for an empty body, and the empty dataset for what was meant.
    return refuse(411, "the body must be sized (Content-Length) or chunked");
  }
  if (const auto order = request.parameter("order")) {
    const auto parsed = parse_order(*order);
    if (!parsed) {
      return refuse(400, fmt::format("order is \"{}\", and must be sequence or set", *order));
    }
    push.ingest.order = *parsed;
  }

  const auto parameter = request.parameter("schema");
  const auto header = request.header("rowprint-schema");
  if (parameter && header) {
    return refuse(400, "the schema is declared twice: as a parameter and as a header");
  }
  if (const auto text = parameter ? parameter : header) {
    auto schema = parse_schema(*text);
    if (!schema) {
      return refuse(400, "schema: " + schema.error().reason);
    }
    push.declared = *std::move(schema);
  }
  if (push.body == PushBody::rows) {
    auto format = parse_format_options(push.format.format, content_type, request, push.declared);
    if (!format) {
      return tl::unexpected{format.error()};
    }
    push.format = *std::move(format);
  }
  if (const auto expect = request.header("rowprint-expect")) {
    push.ingest.expect = hashing::Fingerprint::parse(*expect);
    if (!push.ingest.expect) {
      return refuse(400, fmt::format("Rowprint-Expect is \"{}\", which is not a fingerprint", *expect));
    }
    if ((push.ingest.expect->kind == hashing::Fingerprint::Kind::multiset) != (push.ingest.order == Order::set)) {
      return refuse(
          400, fmt::format("Rowprint-Expect is not of the kind that order={} gives", to_string(push.ingest.order)));
    }
  }
  if (auto read = read_conditions(request, push.ingest); !read) {
    return refuse(400, std::move(read.error().reason));
  }
  return push;
}

}  // namespace rowprint::daemon
