#include "daemon/routes/push_request.hpp"

#include "connectors/http/media_type.hpp"
#include "daemon/routes/entity_tag.hpp"
#include "daemon/routes/push_format.hpp"
#include "daemon/routes/version_path.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace rowprint::daemon {
namespace {

constexpr std::string_view kReferenceType = "application/vnd.rowprint.reference+json";
constexpr std::string_view kFormType = "multipart/form-data";

/// What is read of a request, one idea after the other.
using Parsed = tl::expected<void, PushRefusal>;

tl::unexpected<PushRefusal> refuse_coding(std::string reason, std::string_view accepted) {
  auto refused = refuse_push(415, std::move(reason));
  refused.value().headers.emplace_back("Accept-Encoding", accepted);
  return refused;
}

std::string_view content_type(const Request& request) {
  return request.header("content-type").value_or("");
}

Parsed read_dataset(const std::vector<std::string>& captured, PushRequest& push) {
  const auto path = parse_version_path(captured);
  if (!path) {
    return refuse_push(400, path.error().reason);
  }
  push.ingest.dataset = path->dataset;
  return {};
}

/// What the body is, and where it ends.
Parsed read_body(const Request& request, PushRequest& push) {
  if (!request.header("content-length") && !request.header("transfer-encoding")) {
    // HTTP would take it for an empty body, and the empty dataset for what was meant.
    return refuse_push(411, "the body must be sized (Content-Length) or chunked");
  }
  if (request.header("content-range")) {
    return refuse_push(400, "a part of a body (Content-Range) is not taken");
  }
  const auto type = parse_media_type(content_type(request));
  if (type && type->name == kReferenceType) {
    push.body = PushBody::reference;
  } else if (type && type->name == kFormType) {
    push.body = PushBody::form;
    push.boundary = type->parameter("boundary").value_or("");
    if (!is_form_boundary(push.boundary)) {
      return refuse_push(400, fmt::format("the form's boundary is \"{}\", which is none (RFC 2046)", push.boundary));
    }
  }
  return {};
}

Parsed read_coding(const Request& request, PushRequest& push) {
  const auto coding = parse_content_encoding(request.joined_header("content-encoding").value_or(""));
  if (!coding) {
    return refuse_coding(coding.error().reason, accepted_codings());
  }
  if (*coding != ContentCoding::identity && push.body == PushBody::reference) {
    return refuse_coding("a reference is taken as it is, without a content encoding", "identity");
  }
  push.coding = *coding;
  push.ingest.source_bytes = decoding_bytes(*coding);
  return {};
}

Parsed read_digests(const Request& request, PushRequest& push) {
  auto digests = parse_promised_digests(request);
  if (!digests) {
    auto refused = refuse_push(400, std::move(digests.error().reason));
    refused.value().headers.emplace_back("Want-Content-Digest", wanted_digests());
    return refused;
  }
  push.digests = *std::move(digests);
  return {};
}

/// What is asked of the dataset, and by what a retry is known.
Parsed read_conditions(const Request& request, PushRequest& push) {
  auto precondition = parse_precondition(request);
  if (!precondition) {
    return refuse_push(400, std::move(precondition.error().reason));
  }
  auto key = parse_idempotency_key(request);
  if (!key) {
    return refuse_push(400, std::move(key.error().reason));
  }
  push.ingest.precondition = *std::move(precondition);
  push.ingest.idempotency_key = *std::move(key);
  return {};
}

Parsed read_order(const Request& request, PushRequest& push) {
  if (const auto order = request.parameter("order")) {
    const auto parsed = parse_order(*order);
    if (!parsed) {
      return refuse_push(400, fmt::format("order is \"{}\", and must be sequence or set", *order));
    }
    push.ingest.order = *parsed;
  }
  return {};
}

Parsed read_schema(const Request& request, PushRequest& push) {
  const auto parameter = request.parameter("schema");
  const auto header = request.header("rowprint-schema");
  if (parameter && header) {
    return refuse_push(400, "the schema is declared twice: as a parameter and as a header");
  }
  if (const auto text = parameter ? parameter : header) {
    auto schema = parse_schema(*text);
    if (!schema) {
      return refuse_push(400, std::move(schema.error().reason));
    }
    push.declared = *std::move(schema);
  }
  return {};
}

/// Once the order is known.
Parsed read_expectation(const Request& request, PushRequest& push) {
  if (const auto expect = request.header("rowprint-expect")) {
    push.ingest.expect = hashing::Fingerprint::parse(*expect);
    if (!push.ingest.expect) {
      return refuse_push(400, fmt::format("Rowprint-Expect is \"{}\", which is not a fingerprint", *expect));
    }
    if ((push.ingest.expect->kind == hashing::Fingerprint::Kind::multiset) != (push.ingest.order == Order::set)) {
      return refuse_push(
          400, fmt::format("Rowprint-Expect is not of the kind that order={} gives", to_string(push.ingest.order)));
    }
  }
  return {};
}

/// Once the schema is known.
Parsed read_format(tl::expected<RowFormat, PushRefusal> format, std::string_view type, const Request& request,
                   PushRequest& push) {
  if (!format) {
    return tl::unexpected{std::move(format.error())};
  }
  auto rows = parse_format_options(*format, type, request, push.declared);
  if (!rows) {
    return tl::unexpected{std::move(rows.error())};
  }
  push.format = *std::move(rows);
  return {};
}

/// How rows are read, and what is expected of them. Of a form this is known once its head was read.
Parsed read_rows(const Request& request, PushRequest& push) {
  if (push.body == PushBody::form) {
    return {};
  }
  if (push.body == PushBody::rows) {
    const std::string_view type = content_type(request);
    if (auto read = read_format(parse_push_format(type, request), type, request, push); !read) {
      return read;
    }
  }
  return read_expectation(request, push);
}

/// The request, as it would be with the form's fields as parameters.
tl::expected<Request, PushRefusal> with_fields(Request request, const FormHead& form) {
  for (const auto& [name, value] : form.fields) {
    if (std::ranges::find(push_parameters(), name) == push_parameters().end()) {
      return refuse_push(400, fmt::format("unknown field \"{}\" of the form", name));
    }
    if (request.parameter(name)) {
      return refuse_push(400,
                         fmt::format("\"{}\" is said twice: in the form, or in the form and by the request", name));
    }
    request.query.emplace_back(name, value);
  }
  return request;
}

}  // namespace

tl::unexpected<PushRefusal> refuse_push(int status, std::string reason) {
  return tl::unexpected{PushRefusal{status, make_error(ErrorCode::bad_input, std::move(reason)), {}}};
}

std::span<const std::string_view> push_parameters() {
  static const std::vector<std::string_view> kAll = [] {
    std::vector<std::string_view> all{"order", "schema", "format"};
    all.insert(all.end(), FormatOptions::names().begin(), FormatOptions::names().end());
    return all;
  }();
  return kAll;
}

tl::expected<PushRequest, PushRefusal> parse_push(const Request& request, const std::vector<std::string>& captured) {
  PushRequest push;
  Parsed read = read_dataset(captured, push);
  for (const auto next : {read_body, read_coding, read_digests, read_order, read_schema, read_rows, read_conditions}) {
    if (!read) {
      break;
    }
    read = next(request, push);
  }
  if (!read) {
    return tl::unexpected{std::move(read.error())};
  }
  return push;
}

tl::expected<void, PushRefusal> complete_push(PushRequest& push, const Request& request, const FormHead& form) {
  const auto all = with_fields(request, form);
  if (!all) {
    return tl::unexpected{all.error()};
  }
  Parsed read = read_order(*all, push);
  if (read) {
    read = read_schema(*all, push);
  }
  if (read) {
    read = read_format(parse_file_format(form.file, *all), form.file.content_type, *all, push);
  }
  return read ? read_expectation(*all, push) : read;
}

}  // namespace rowprint::daemon
