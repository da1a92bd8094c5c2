#include "connectors/http/formats.hpp"
#include "daemon/account.hpp"
#include "daemon/guarded_source.hpp"
#include "daemon/routes/answers.hpp"
#include "daemon/routes/entity_tag.hpp"
#include "daemon/routes/handlers.hpp"
#include "daemon/routes/json_body.hpp"
#include "daemon/routes/push_request.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <span>

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

awaitable<Result<Receipt>> take_reference(const Services& services, IngestRequest request, std::unique_ptr<Body> body) {
  const auto progress = request.progress;
  const auto watch = progress->cancel.watch([stream = body.get()] { stream->cancel(); });
  if (progress->cancel) {
    co_return fail(ErrorCode::cancelled, "cancelled by its owner");
  }
  const auto text = co_await read_short(*body, kReferenceBytesMax);
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

std::unique_ptr<Source> source_of(const Services& services, PushRequest& push, std::unique_ptr<ByteStream> body) {
  RowLimits limits;
  limits.row_bytes_max = services.config.limits.row_bytes;
  limits.batch.columns_max = services.config.limits.columns;
  return make_rows_source(push.format, std::move(body), std::move(push.declared), limits,
                          {services.disk, services.spill_directory + "/" + push.ingest.id + ".columns"});
}

awaitable<Result<Receipt>> take_rows(const Services& services, PushRequest push, std::unique_ptr<Body> body) {
  Body& stream = *body;
  const std::unique_ptr<Source> source = source_of(services, push, std::move(body));
  const auto progress = push.ingest.progress;
  const auto watch = progress->cancel.watch([&stream] { stream.cancel(); });
  if (progress->cancel) {
    co_return fail(ErrorCode::cancelled, "cancelled by its owner");
  }
  GuardedSource guarded{*source, services.admission, services.config.limits};
  auto receipt = co_await services.ingestor.ingest(std::move(push.ingest), guarded);
  co_return receipt;
}

awaitable<Result<Receipt>> take(const Services& services, PushRequest push, std::unique_ptr<Body> body) {
  Result<Receipt> receipt = fail(ErrorCode::internal, "");
  try {
    if (push.body == PushBody::reference) {
      receipt = co_await take_reference(services, std::move(push.ingest), std::move(body));
    } else {
      receipt = co_await take_rows(services, std::move(push), std::move(body));
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
    co_return problem_with_status(parsed.error().status, parsed.error().error);
  }
  const auto admitted = admit(services.admission, *parsed);
  if (!admitted) {
    co_return problem(admitted.error());
  }
  const std::string id = new_ingest_id();
  const std::string dataset = parsed->ingest.dataset;
  parsed->ingest.id = id;
  parsed->ingest.progress = services.jobs.begin({id, dataset, JobKind::push, {}, parsed->ingest.order});
  const Result<Receipt> receipt = co_await take(services, std::move(*parsed), std::move(call.body));
  account(services.jobs, services.metrics, id, receipt);
  if (!receipt) {
    co_return problem(receipt.error());
  }
  co_return published(*receipt);
}

}  // namespace rowprint::daemon
