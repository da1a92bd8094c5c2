#include "cli/version_upload.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace rowprint::cli {

Result<Json> VersionUpload::refer(Client& client, const hashing::Fingerprint& fingerprint) const {
  Request request{Method::post, target(), conditions, Json{{"fingerprint", fingerprint.text()}}.dump()};
  request.headers.emplace_back("Content-Type", "application/vnd.rowprint.reference+json");
  return json_of(client.send(request));
}

Result<Json> VersionUpload::send(Client& client, const Rows& rows, ProgressLine& line) const {
  Request request{Method::post, target(), {{"Content-Type", std::string{media_type_of(rows.format)}}}, {}};
  if (!rows.schema.columns.empty()) {
    request.target += "&schema=" + encode_query_value(format_schema(rows.schema));
  }
  for (const std::string_view name : FormatOptions::names()) {
    if (const auto& option = rows.options.at(name)) {
      request.target += fmt::format("&{}={}", name, encode_query_value(*option));
    }
  }
  if (rows.coding != ContentCoding::identity) {
    request.headers.emplace_back("Content-Encoding", to_string(rows.coding));
  }
  request.headers.insert(request.headers.end(), conditions.begin(), conditions.end());
  if (rows.expect) {
    request.headers.emplace_back("Rowprint-Expect", rows.expect->text());
  }
  line.begin("sending", rows.size);
  // Rows of other formats are not told apart without being parsed.
  const bool counts_rows = line.enabled() && rows.format == RowFormat::ndjson && rows.coding == ContentCoding::identity;
  const Upload upload{rows.descriptor, rows.size, [&line, counts_rows](hashing::ByteView piece) {
                        line.progress().bytes += piece.size();
                        if (counts_rows) {
                          line.progress().rows +=
                              static_cast<std::uint64_t>(std::count(piece.begin(), piece.end(), '\n'));
                        }
                      }};
  auto response = client.send(request, upload);
  line.end();
  return json_of(std::move(response));
}

std::string VersionUpload::target() const {
  return fmt::format("/v1/datasets/{}/versions?order={}", percent_encode(dataset), to_string(order));
}

}  // namespace rowprint::cli
