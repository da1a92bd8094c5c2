#include "tests/fuzz/push_laws.hpp"

#include "daemon/routes/answers.hpp"
#include "daemon/routes/api_routes.hpp"
#include "daemon/server/head_reader.hpp"
#include "ingest/model/ascii.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/run_here.hpp"
#include "tests/fuzz/stream_fuzz.hpp"
#include "tests/fuzz/written_request.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace rowprint::fuzz {
namespace {

using daemon::PushBody;
using daemon::PushRequest;
using daemon::Request;

void check_push_refusal(const daemon::PushRefusal& refusal) {
  must(refusal.status == 400 || refusal.status == 411 || refusal.status == 415, "a push is refused for what it says");
  daemon::Response response = daemon::problem_with_status(refusal.status, refusal.error);
  response.headers = refusal.headers;
  check_refusal(response);
}

bool is_name(std::string_view text) {
  const auto plain = [](char c) { return is_letter(c) || is_digit(c); };
  return !text.empty() && text.size() <= 128 && plain(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
}

void check_taken(const PushRequest& push) {
  must(is_name(push.ingest.dataset), "a dataset has a name that is one");
  must(push.ingest.source_bytes == decoding_bytes(push.coding), "memory is asked for what undoes the coding");
  must(push.coding == ContentCoding::identity || push.body != PushBody::reference, "a reference has no coding");
  must(push.body != PushBody::form || is_form_boundary(push.boundary), "a form has a boundary");
  const auto& expect = push.ingest.expect;
  must(!expect || (expect->kind == hashing::Fingerprint::Kind::multiset) == (push.ingest.order == Order::set),
       "what is expected is what the order gives");
}

/// What the request says of how rows are read; no option may be passed over.
void check_options_heard(const Request& request, const RowsFormat& format) {
  const auto said = [&request](std::string_view name, std::string_view heard) {
    const auto value = request.parameter(name);
    must(!value || *value == heard, "an option of the format is heard");
  };
  const CsvDialect& dialect = format.dialect;
  said("format", to_string(format.format));
  said("header", dialect.has_header ? "present" : "absent");
  said("infer", dialect.infer ? "true" : "false");
  said("null", dialect.null.value_or("\n"));
  said("quote", dialect.quote ? request.parameter("quote") == "tab" ? "tab" : std::string{*dialect.quote} : "none");
  said("delimiter", request.parameter("delimiter") == "tab" ? "tab" : std::string{dialect.delimiter});
}

/// Nothing that the request says is passed over.
void check_heard(const Request& request, const PushRequest& push) {
  const auto joined = [&request](std::string_view name) { return request.joined_header(name).value_or(""); };
  must(request.header("content-length") || request.header("transfer-encoding"), "a push has a body that ends");
  must(!request.header("content-range"), "a push has a whole body");
  must(push.coding == parse_content_encoding(joined("content-encoding")), "the coding is heard");
  for (std::size_t i = 0; i < daemon::kDigestFields.size(); ++i) {
    must(push.digests.in_head[i] == parse_digest_field(joined(daemon::kDigestFields[i])), "a digest is heard");
  }
  const bool conditional = request.header("if-match") || request.header("if-none-match");
  must(conditional == (push.ingest.precondition.demand != Precondition::Demand::nothing), "a condition is heard");
  must(request.header("idempotency-key").has_value() != push.ingest.idempotency_key.empty(), "a key is heard");
  must(request.parameter("order").value_or("sequence") == to_string(push.ingest.order), "the order is heard");
  const auto schema = request.parameter("schema") ? request.parameter("schema") : request.header("rowprint-schema");
  must(parse_schema(schema.value_or("")) == push.declared, "the schema is heard");
  if (push.body != PushBody::form) {
    const auto expect = request.header("rowprint-expect");
    must(push.ingest.expect ? push.ingest.expect->text() == expect : !expect, "the expectation is heard");
  }
  if (push.body == PushBody::rows) {
    check_options_heard(request, push.format);
  }
}

bool same(const CsvDialect& left, const CsvDialect& right) {
  return left.has_header == right.has_header && left.delimiter == right.delimiter && left.quote == right.quote &&
         left.null == right.null && left.infer == right.infer;
}

bool same(const daemon::PromisedDigests& left, const daemon::PromisedDigests& right) {
  return left.in_head == right.in_head && left.trailers_possible == right.trailers_possible &&
         left.trailers_announced == right.trailers_announced;
}

/// What a push asks of the dataset, of its rows, of its body: each says which differs.
void check_same(const PushRequest& left, const PushRequest& right) {
  const IngestRequest& asked = left.ingest;
  const IngestRequest& other = right.ingest;
  must(asked.dataset == other.dataset, "the dataset is the same");
  must(asked.order == other.order && asked.expect == other.expect, "order and expectation are the same");
  must(asked.precondition.demand == other.precondition.demand && asked.precondition.tags == other.precondition.tags,
       "what is asked of the dataset is the same");
  must(asked.idempotency_key == other.idempotency_key, "the idempotency key is the same");
  must(left.declared == right.declared, "the schema is the same");
  must(left.body == right.body && left.boundary == right.boundary, "the kind of body is the same");
  must(left.coding == right.coding && asked.source_bytes == other.source_bytes, "the coding is the same");
  must(left.format.format == right.format.format && same(left.format.dialect, right.format.dialect),
       "the format is the same");
  must(same(left.digests, right.digests), "the digests are the same");
}

/// What is taken, written plainly and sent the whole way again, asks for the same.
void check_written(const PushRequest& push) {
  check_taken(push);
  const auto head = daemon::parse_head(written_push(push), {}, ~std::uint64_t{0});
  must(head.has_value(), "a push that is written has a head");
  const auto found = request_router().find(head->request);
  must(found.route != nullptr && found.captured.size() == 1, "a push that is written finds its route");
  const auto again = daemon::parse_push(head->request, found.captured);
  must(again.has_value(), "a push that is written is taken");
  check_same(push, *again);
}

/// The rows that a form holds are asked for like rows without one.
void check_form(PushRequest push, const Request& request, std::string_view body) {
  FormStream form{stream_of(body, {1 + body.size() % 64, 1}), push.boundary};
  const auto head = run_here(form.open());
  if (!head) {
    must(!head.error().reason.empty(), "a form is refused with a reason");
    return;
  }
  if (const auto completed = daemon::complete_push(push, request, *head); !completed) {
    check_push_refusal(completed.error());
    return;
  }
  push.body = PushBody::rows;
  push.boundary.clear();
  Request all = request;
  all.query.insert(all.query.end(), head->fields.begin(), head->fields.end());
  std::set<std::string_view> said;
  for (const auto& [name, value] : all.query) {
    must(said.insert(name).second, "a parameter is said once, by the request or the form");
  }
  must(std::ranges::all_of(
           said, [](std::string_view name) { return std::ranges::count(daemon::push_parameters(), name) == 1; }),
       "the fields of a form are parameters");
  check_heard(all, push);
  check_written(push);
}

/// Rows that are taken are taken in a form too, whose fields say what the parameters did.
void check_as_form(const PushRequest& push, Request request, const std::vector<std::string>& captured) {
  FormHead head{std::exchange(request.query, {}), {"file", "file", ""}};
  const std::string type = "multipart/form-data; boundary=b";
  const auto header = std::ranges::find(request.headers, "content-type", &std::pair<std::string, std::string>::first);
  if (header == request.headers.end()) {
    request.headers.emplace_back("content-type", type);
  } else {
    head.file.content_type = std::exchange(header->second, type);
  }
  auto form = daemon::parse_push(request, captured);
  must(form && form->body == PushBody::form, "what is taken is taken as a form");
  must(daemon::complete_push(*form, request, head).has_value(), "the fields of a form say what parameters do");
  form->body = PushBody::rows;
  form->boundary.clear();
  check_same(push, *form);
}

std::vector<daemon::Route> routes() {
  std::vector<daemon::Route> all;
  for (const daemon::ApiRoute& route : daemon::api_routes()) {
    all.push_back({route.method, route.pattern, route.parameters, {}, route.operates});
  }
  return all;
}

}  // namespace

const daemon::Router& request_router() {
  static const daemon::Router kRouter{routes()};
  return kRouter;
}

void check_refusal(const daemon::Response& refusal) {
  must(refusal.status >= 400 && refusal.status < 500, "a refusal has a status for what the client did");
  const auto json = daemon::Json::parse(refusal.body, nullptr, false);
  must(json.is_object() && json.value("status", 0) == refusal.status, "a refusal is JSON, and of its status");
  must(!json.value("reason", "").empty() && refusal.content_type == "application/problem+json",
       "a refusal has a reason");
  for (const auto& [name, value] : refusal.headers) {
    const std::string line = name + ": " + value;
    const auto field = daemon::scan_field(line);
    must(field && field->name == name && field->value == value, "a refusal has a header that can be sent");
  }
}

void check_push(const Request& request, const std::vector<std::string>& captured, std::string_view body) {
  auto push = daemon::parse_push(request, captured);
  if (!push) {
    check_push_refusal(push.error());
    return;
  }
  check_heard(request, *push);
  check_written(*push);
  if (push->body == PushBody::form) {
    check_form(*std::move(push), request, body);
  } else if (push->body == PushBody::rows) {
    check_as_form(*push, request, captured);
  }
}

}  // namespace rowprint::fuzz
