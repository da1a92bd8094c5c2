#include "daemon/json/forms.hpp"

#include "connectors/http/comparison_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rowprint::daemon {
namespace {

Json schema_json(const Schema& schema) {
  Json columns = Json::array();
  for (const Column& column : schema.columns) {
    columns.push_back({{"name", column.name}, {"type", to_string(column.type)}});
  }
  return columns;
}

/// What a version and a receipt say of the content that they point at.
Json content_summary(const Content& content) {
  return {{"fingerprint", content.sequence.text()},
          {"multiset", content.multiset ? Json(content.multiset->text()) : Json()},
          {"rows", content.rows},
          {"stored_bytes", content.stored_bytes}};
}

/// Per second, over a life that may be shorter.
std::uint64_t rate(std::uint64_t count, std::chrono::microseconds life) {
  const auto microseconds = static_cast<double>(std::max<std::int64_t>(life.count(), 1));
  return static_cast<std::uint64_t>(static_cast<double>(count) * 1e6 / microseconds);
}

std::string_view title_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_input:
      return "The input cannot be taken";
    case ErrorCode::unsupported_value:
      return "A value has no exact form";
    case ErrorCode::limit_exceeded:
      return "A limit is exceeded";
    case ErrorCode::truncated:
      return "The input ended before its end";
    case ErrorCode::not_found:
      return "There is no such thing";
    case ErrorCode::conflict:
      return "The rows are not the expected ones";
    case ErrorCode::precondition_failed:
      return "The dataset is not as expected";
    case ErrorCode::key_reused:
      return "The idempotency key stands for another content";
    case ErrorCode::no_space:
      return "There is no space left";
    case ErrorCode::io:
      return "The system refused";
    case ErrorCode::corrupt:
      return "What is stored is damaged";
    case ErrorCode::busy:
      return "There is no room just now";
    case ErrorCode::cancelled:
      return "The ingest was cancelled";
    case ErrorCode::unavailable:
      return "Not available";
    case ErrorCode::internal:
      return "A bug in rowprintd";
  }
  return "A bug in rowprintd";
}

}  // namespace

Json json_of(const Comparison& comparison) {
  return comparison_json(comparison);
}

std::string_view to_string(IngestState state) {
  switch (state) {
    case IngestState::waiting:
      return "waiting";
    case IngestState::connecting:
      return "connecting";
    case IngestState::retrying:
      return "retrying";
    case IngestState::hashing:
      return "hashing";
    case IngestState::storing:
      return "storing";
    case IngestState::sealing:
      return "sealing";
    case IngestState::sealed:
      return "sealed";
    case IngestState::reused:
      return "reused";
    case IngestState::failed:
      return "failed";
    case IngestState::cancelled:
      return "cancelled";
  }
  return "failed";
}

Json json_of(const Receipt& receipt) {
  return {{"ingest", receipt.ingest},
          {"dataset", receipt.version.dataset},
          {"version", receipt.version.number},
          {"order", to_string(receipt.version.order)},
          {"fingerprint", receipt.version.fingerprint.text()},
          {"content", content_summary(receipt.content)},
          {"schema", schema_json(receipt.content.schema)},
          {"rows",
           {{"received", receipt.rows_received},
            {"stored", receipt.rows_stored},
            {"quarantined", receipt.rows_quarantined}}},
          {"reused", receipt.reused},
          {"ack", "durable"},
          {"bytes", receipt.bytes_received},
          {"started", format_time(receipt.started)},
          {"sealed", format_time(receipt.version.sealed)}};
}

Json json_of(const Content& content) {
  Json json = content_summary(content);
  json["schema"] = schema_json(content.schema);
  return json;
}

Json json_of(const Published& published) {
  const Version& version = published.version;
  return {{"dataset", version.dataset},
          {"version", version.number},
          {"order", to_string(version.order)},
          {"fingerprint", version.fingerprint.text()},
          {"content", content_summary(published.content)},
          {"schema", schema_json(published.content.schema)},
          {"ingest", version.ingest},
          {"sealed", format_time(version.sealed)}};
}

Json json_of(const DatasetSummary& dataset) {
  return {{"name", dataset.name}, {"versions", dataset.versions}, {"latest", json_of(dataset.latest)}};
}

Json json_of(const Job& job, SystemTime now) {
  const std::uint64_t rows = job.progress->rows;
  const std::uint64_t bytes = job.progress->bytes;
  const auto life = job.ended.value_or(now) - job.started;
  return {{"ingest", job.asked.id},
          {"dataset", job.asked.dataset},
          {"kind", job.asked.kind == JobKind::pull ? "pull" : "push"},
          {"source", job.asked.source.empty() ? Json() : Json(job.asked.source)},
          {"order", to_string(job.asked.order)},
          {"state", to_string(job.state)},
          {"attempt", job.attempt},
          {"rows", rows},
          {"bytes", bytes},
          {"rows_per_second", rate(rows, life)},
          {"bytes_per_second", rate(bytes, life)},
          {"started", format_time(job.started)},
          {"ended", job.ended ? Json(format_time(*job.ended)) : Json()},
          {"problem", job.error ? json_of(*job.error, status_of(job.error->code)) : Json()},
          {"receipt", job.receipt ? json_of(*job.receipt) : Json()}};
}

Json json_of(const Published& published, const Verification& verification) {
  return {{"dataset", published.version.dataset},
          {"version", published.version.number},
          {"agrees", verification.agrees},
          {"expected", verification.expected.text()},
          {"computed", verification.computed.text()},
          {"rows", verification.rows},
          {"difference", verification.difference}};
}

Json json_of(const Error& error, int status) {
  const std::string code{rowprint::to_string(error.code)};
  Json json = {{"type", "urn:rowprint:problem:" + code},
               {"title", title_of(error.code)},
               {"status", status},
               {"detail", error.text()},
               {"code", code},
               {"reason", error.reason}};
  if (error.row) {
    json["row"] = *error.row;
  }
  if (error.offset) {
    json["offset"] = *error.offset;
  }
  if (!error.column.empty()) {
    json["column"] = error.column;
  }
  return json;
}

std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_input:
    case ErrorCode::unsupported_value:
    case ErrorCode::truncated:
      return 400;
    case ErrorCode::limit_exceeded:
      return 413;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
    case ErrorCode::cancelled:
      return 409;
    case ErrorCode::precondition_failed:
      return 412;
    case ErrorCode::key_reused:
      return 422;
    case ErrorCode::no_space:
      return 507;
    case ErrorCode::busy:
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::io:
    case ErrorCode::corrupt:
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

}  // namespace rowprint::daemon
