#include "connectors/http/decoded_stream.hpp"
#include "connectors/http/form_stream.hpp"
#include "connectors/http/formats.hpp"
#include "daemon/account.hpp"
#include "daemon/batch_limits.hpp"
#include "daemon/guarded_source.hpp"
#include "daemon/routes/answers.hpp"
#include "daemon/routes/checked_body.hpp"
#include "daemon/routes/entity_tag.hpp"
#include "daemon/routes/handlers.hpp"
#include "daemon/routes/json_body.hpp"
#include "daemon/routes/push_request.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

namespace rowprint::daemon {
namespace {

constexpr std::size_t kReferenceBytesMax = 4U << 10U;

Result<hashing::Fingerprint> parse_reference(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("fingerprint") || !json["fingerprint"].is_string()) {
    return fail(ErrorCode::bad_input, "a reference is {\"fingerprint\": \"rp1s:…\"}");
  }
  const auto fingerprint = hashing::Fingerprint::parse(json["fingerprint"].get<std::string>());
  if (!fingerprint) {
    return fail(ErrorCode::bad_input, "what stands under \"fingerprint\" is not one");
  }
  return *fingerprint;
}

PushRefusal refusal_of(Error error) {
  const int status = status_of(error.code);
  return {status, std::move(error), {}};
}

Response refused(PushRefusal refusal) {
  Response response = problem_with_status(refusal.status, refusal.error);
  std::ranges::move(refusal.headers, std::back_inserter(response.headers));
  return response;
}

/// The body of a push, and what of it is still to be read.
struct PushContent {
  Body* body = nullptr;  ///< lives as long as the stream
  std::unique_ptr<ByteStream> stream;
};

/// From the wire to the rows: the digests are over what comes, then its coding is undone.
PushContent open_content(const Services& services, const PushRequest& push, std::unique_ptr<Body> body,
                         bool& digest_refused) {
  const config::Limits& limits = services.config.limits;
  PushContent content{body.get(), std::make_unique<CheckedBody>(std::move(body), push.digests, digest_refused)};
  content.stream = decode_stream(std::move(content.stream), push.coding, {limits.decoded_bytes, limits.decoded_ratio});
  return content;
}

/// Reads what stands before a form's file. That needs memory before it is known what the ingest needs, so it takes the
/// most that can be, at once: who holds some while it waits for more is in the way of all others.
awaitable<tl::expected<void, PushRefusal>> open_form(const Services& services, const Request& request,
                                                     PushRequest& push, PushContent& content) {
  const std::size_t bytes = services.ingestor.memory_bytes(Order::set, push.ingest.source_bytes);
  auto share = co_await services.budget.take(bytes, services.ingestor.limits().patience);
  if (!share) {
    co_return tl::unexpected{refusal_of(std::move(share.error()))};
  }
  push.ingest.share = *std::move(share);
  auto form = std::make_unique<FormStream>(std::move(content.stream), push.boundary);
  const auto head = co_await form->open();
  content.stream = std::move(form);
  if (!head) {
    co_return tl::unexpected{refusal_of(head.error())};
  }
  auto completed = complete_push(push, request, *head);
  co_return completed;
}

awaitable<Result<Receipt>> take_reference(const Services& services, IngestRequest request, PushContent content) {
  const auto progress = request.progress;
  const auto watch = progress->cancel.watch([body = content.body] { body->cancel(); });
  if (progress->cancel) {
    co_return fail(ErrorCode::cancelled, "cancelled by its owner");
  }
  const auto text = co_await read_short(*content.stream, kReferenceBytesMax);
  if (!text) {
    co_return fail(text.error());
  }
  if (progress->cancel) {
    co_return fail(ErrorCode::cancelled, "cancelled by its owner");
  }
  const auto fingerprint = parse_reference(*text);
  if (!fingerprint) {
    co_return fail(fingerprint.error());
  }
  auto receipt = co_await services.ingestor.reference(std::move(request), *fingerprint);
  co_return receipt;
}

std::unique_ptr<Source> source_of(const Services& services, PushRequest& push, std::unique_ptr<ByteStream> rows) {
  RowLimits limits;
  limits.row_bytes_max = services.config.limits.row_bytes;
  limits.nesting_max = static_cast<int>(services.config.limits.nesting);
  limits.batch = batch_limits(services.config.limits, services.config.memory);
  limits.read_bytes = std::min(limits.read_bytes, limits.batch.batch_bytes / 2);
  return make_rows_source(push.format, std::move(rows), std::move(push.declared), limits,
                          {services.disk, services.spill_directory + "/" + push.ingest.id + ".columns",
                           [&admission = services.admission] { return admission.check_disk(); }});
}

awaitable<Result<Receipt>> take_rows(const Services& services, PushRequest push, PushContent content) {
  const std::unique_ptr<Source> source = source_of(services, push, std::move(content.stream));
  const auto progress = push.ingest.progress;
  const auto watch = progress->cancel.watch([body = content.body] { body->cancel(); });
  if (progress->cancel) {
    co_return fail(ErrorCode::cancelled, "cancelled by its owner");
  }
  GuardedSource guarded{*source, services.admission, services.config.limits.ingest_rows};
  auto receipt = co_await services.ingestor.ingest(std::move(push.ingest), guarded);
  co_return receipt;
}

awaitable<Result<Receipt>> take(const Services& services, PushRequest push, PushContent content) {
  Result<Receipt> receipt = fail(ErrorCode::internal, "");
  try {
    if (push.body == PushBody::reference) {
      receipt = co_await take_reference(services, std::move(push.ingest), std::move(content));
    } else {
      receipt = co_await take_rows(services, std::move(push), std::move(content));
    }
  } catch (const std::exception& exception) {
    receipt = fail(ErrorCode::internal, exception.what());
  }
  co_return receipt;
}

/// A receipt that is given once more is answered as it was the first time, and says so.
Response published(const Receipt& receipt) {
  const Version& version = receipt.version;
  Response response = json_answer(201, json_of(receipt));
  response.headers.emplace_back("Location",
                                fmt::format("/v1/datasets/{}/versions/{}", version.dataset, version.number));
  response.headers.emplace_back(
      "ETag", entity_tag_of_body(version, to_text(json_of(Published{version, receipt.content, receipt.reused, {}}))));
  if (receipt.replayed) {
    response.headers.emplace_back("Idempotency-Replayed", "true");
  }
  return response;
}

/// A reference stores no rows, and may be what makes room: it needs no reserve.
Result<Admission::Place> admit(Admission& admission, const PushRequest& push) {
  if (push.body != PushBody::reference) {
    if (auto room = admission.check_disk(); !room) {
      return fail(std::move(room.error()));
    }
  }
  return admission.enter_push();
}

}  // namespace

awaitable<Response> push(const Services& services, Call call) {
  auto parsed = parse_push(call.request, call.captured);
  if (!parsed) {
    co_return refused(std::move(parsed.error()));
  }
  const auto admitted = admit(services.admission, *parsed);
  if (!admitted) {
    co_return problem(admitted.error());
  }
  bool digest_refused = false;
  PushContent content = open_content(services, *parsed, std::move(call.body), digest_refused);
  if (parsed->body == PushBody::form) {
    auto opened = co_await open_form(services, call.request, *parsed, content);
    if (!opened) {
      co_return refused(std::move(opened.error()));
    }
  }
  const std::string id = new_ingest_id();
  const std::string dataset = parsed->ingest.dataset;
  parsed->ingest.id = id;
  parsed->ingest.progress = services.jobs.begin({id, dataset, JobKind::push, {}, parsed->ingest.order});
  const Result<Receipt> receipt = co_await take(services, std::move(*parsed), std::move(content));
  account(services.jobs, services.metrics, id, receipt);
  if (receipt) {
    co_return published(*receipt);
  }
  PushRefusal refusal = refusal_of(receipt.error());
  if (digest_refused) {
    refusal.headers.emplace_back("Want-Content-Digest", wanted_digests());
  }
  co_return refused(std::move(refusal));
}

}  // namespace rowprint::daemon
