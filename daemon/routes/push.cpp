#include "connectors/http/cbor_source.hpp"
#include "connectors/http/ndjson_source.hpp"
#include "daemon/log.hpp"
#include "daemon/routes/answers.hpp"
#include "daemon/routes/handlers.hpp"
#include "daemon/routes/push_request.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <span>

namespace rowprint::daemon {
namespace {

constexpr std::size_t kReferenceBytesMax = 4U << 10U;

/// The whole of a body that must be short. Errors: limit_exceeded, those of the body.
awaitable<Result<std::string>> read_short(ByteStream& body, std::size_t bytes_max) {
  std::string text(bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto part = co_await body.read({reinterpret_cast<std::uint8_t*>(text.data()) + size, text.size() - size});
    if (!part) {
      co_return fail(part.error());
    }
    if (*part == 0) {
      text.resize(size);
      co_return text;
    }
    size += *part;
  }
  co_return fail(ErrorCode::limit_exceeded, fmt::format("the body is longer than {} bytes", bytes_max));
}

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

awaitable<Result<Receipt>> take_reference(const Services& services, IngestRequest request, ByteStream& body) {
  const auto text = co_await read_short(body, kReferenceBytesMax);
  if (!text) {
    co_return fail(text.error());
  }
  const auto fingerprint = parse_reference(*text);
  if (!fingerprint) {
    co_return fail(fingerprint.error());
  }
  auto receipt = co_await services.ingestor.reference(std::move(request), *fingerprint);
  co_return receipt;
}

std::unique_ptr<Source> source_of(const config::Limits& limits, PushRequest& push, std::unique_ptr<ByteStream> body) {
  BatchBuilder::Limits batch;
  batch.columns_max = limits.columns;
  if (push.body == PushBody::cbor) {
    CborLimits cbor{.row_bytes_max = limits.row_bytes, .batch = batch};
    return std::make_unique<CborSource>(std::move(body), std::move(push.declared), cbor);
  }
  NdjsonLimits ndjson{.line_bytes_max = limits.row_bytes, .batch = batch};
  return std::make_unique<NdjsonSource>(std::move(body), std::move(push.declared), ndjson);
}

awaitable<Result<Receipt>> take_rows(const Services& services, PushRequest push, std::unique_ptr<ByteStream> body) {
  const std::unique_ptr<Source> source = source_of(services.config.limits, push, std::move(body));
  auto receipt = co_await services.ingestor.ingest(std::move(push.ingest), *source);
  co_return receipt;
}

awaitable<Result<Receipt>> take(const Services& services, PushRequest push, std::unique_ptr<ByteStream> body) {
  Result<Receipt> receipt = fail(ErrorCode::internal, "");
  try {
    if (push.body == PushBody::reference) {
      receipt = co_await take_reference(services, std::move(push.ingest), *body);
    } else {
      receipt = co_await take_rows(services, std::move(push), std::move(body));
    }
  } catch (const std::exception& exception) {
    receipt = fail(ErrorCode::internal, exception.what());
  }
  co_return receipt;
}

void account(const Services& services, const std::string& id, const Result<Receipt>& receipt) {
  const Job job = services.jobs.end(id, receipt ? std::nullopt : std::optional<Error>{receipt.error()});
  const std::uint64_t rows = receipt ? receipt->rows_received : job.progress->rows.load();
  const std::uint64_t bytes = receipt ? receipt->bytes_received : job.progress->bytes.load();
  services.metrics.ingest_ended(job.progress->state, rows, bytes);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(job.ended.value_or(job.started) - job.started).count();
  if (receipt) {
    log::info("ingest {}: {}@{} {} {}, {} rows, {} bytes, {} ms", id, job.dataset, receipt->version.number,
              receipt->reused ? "reused" : "sealed", receipt->version.fingerprint.text(), rows, bytes, milliseconds);
    return;
  }
  // The reason may quote the input, which is nobody's business but the client's.
  const Error& error = receipt.error();
  const bool ours = status_of(error.code) >= 500;
  log::write(ours ? config::LogLevel::error : config::LogLevel::info,
             fmt::format("ingest {}: {} {}{}, {} rows, {} bytes, {} ms", id, job.dataset, to_string(error.code),
                         ours ? " (" + error.reason + ")" : "", rows, bytes, milliseconds));
}

}  // namespace

awaitable<Response> push(const Services& services, Call call) {
  auto parsed = parse_push(call.request, call.captured);
  if (!parsed) {
    co_return problem_with_status(parsed.error().status, parsed.error().error);
  }
  const std::string id = new_ingest_id();
  const std::string dataset = parsed->ingest.dataset;
  parsed->ingest.id = id;
  parsed->ingest.progress = services.jobs.begin(id, dataset);
  const Result<Receipt> receipt = co_await take(services, std::move(*parsed), std::move(call.body));
  account(services, id, receipt);
  if (!receipt) {
    co_return problem(receipt.error());
  }
  Response response = json_answer(201, json_of(*receipt));
  response.headers.emplace_back("Location",
                                fmt::format("/v1/datasets/{}/versions/{}", dataset, receipt->version.number));
  co_return response;
}

}  // namespace rowprint::daemon
