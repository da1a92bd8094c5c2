#include "tests/fuzz/written_request.hpp"

#include "daemon/routes/entity_tag.hpp"
#include "ingest/model/ascii.hpp"

namespace rowprint::fuzz {
namespace {

std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_letter(c) || is_digit(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4U], kDigits[byte & 0xfU]};
    }
  }
  return out;
}

std::string written_separator(char separator) {
  return separator == '\t' ? "tab" : std::string{separator};
}

void write_format(const RowsFormat& format, Pairs& query) {
  query.emplace_back("format", to_string(format.format));
  if (format.format == RowFormat::csv || format.format == RowFormat::tsv) {
    const CsvDialect& dialect = format.dialect;
    query.emplace_back("header", dialect.has_header ? "present" : "absent");
    query.emplace_back("delimiter", written_separator(dialect.delimiter));
    query.emplace_back("quote", dialect.quote ? written_separator(*dialect.quote) : "none");
    query.emplace_back("infer", dialect.infer ? "true" : "false");
    if (dialect.null) {
      query.emplace_back("null", *dialect.null);
    }
  }
}

Pairs query_of(const daemon::PushRequest& push) {
  Pairs query{{"order", std::string{to_string(push.ingest.order)}}};
  if (!push.declared.columns.empty()) {
    query.emplace_back("schema", format_schema(push.declared));
  }
  if (push.body == daemon::PushBody::rows) {
    write_format(push.format, query);
  }
  return query;
}

/// A line for each tag. One that is no version's keeps the list from being empty.
void write_precondition(const Precondition& precondition, Pairs& headers) {
  using Demand = Precondition::Demand;
  if (precondition.demand == Demand::no_version) {
    headers.emplace_back("If-None-Match", "*");
  } else if (precondition.demand == Demand::some_version) {
    headers.emplace_back("If-Match", "*");
  } else if (precondition.demand == Demand::latest_among_tags) {
    headers.emplace_back("If-Match", "\"none\"");
    for (const VersionTag& tag : precondition.tags) {
      Version version;
      version.number = tag.number;
      version.fingerprint = tag.fingerprint;
      headers.emplace_back("If-Match", daemon::entity_tag(version, "state"));
    }
  }
}

void write_digests(const daemon::PromisedDigests& digests, Pairs& headers) {
  for (std::size_t i = 0; i < daemon::kDigestFields.size(); ++i) {
    const std::string name{daemon::kDigestFields[i]};
    if (digests.in_head[i].sha256) {
      headers.emplace_back(name, "sha-256=" + format_digest(*digests.in_head[i].sha256));
    }
    if (digests.in_head[i].sha512) {
      headers.emplace_back(name, "sha-512=" + format_digest(*digests.in_head[i].sha512));
    }
  }
  if (digests.trailers_announced) {
    headers.emplace_back("Trailer", "Content-Digest");
  }
  if (digests.trailers_possible) {
    headers.emplace_back("Transfer-Encoding", "chunked");
  } else {
    headers.emplace_back("Content-Length", "0");
  }
}

std::string content_type_of(const daemon::PushRequest& push) {
  switch (push.body) {
    case daemon::PushBody::rows:
      return "application/octet-stream";
    case daemon::PushBody::form:
      return "multipart/form-data; boundary=" + written_quoted(push.boundary);
    case daemon::PushBody::reference:
      break;
  }
  return "application/vnd.rowprint.reference+json";
}

Pairs headers_of(const daemon::PushRequest& push) {
  Pairs headers{{"Host", "h"}, {"Content-Type", content_type_of(push)}};
  if (push.coding != ContentCoding::identity) {
    headers.emplace_back("Content-Encoding", to_string(push.coding));
  }
  write_digests(push.digests, headers);
  write_precondition(push.ingest.precondition, headers);
  if (!push.ingest.idempotency_key.empty()) {
    headers.emplace_back("Idempotency-Key", written_quoted(push.ingest.idempotency_key));
  }
  if (push.ingest.expect) {
    headers.emplace_back("Rowprint-Expect", push.ingest.expect->text());
  }
  return headers;
}

}  // namespace

std::string written_target(const std::vector<std::string>& path, const Pairs& query) {
  std::string target;
  for (const std::string& segment : path) {
    target += "/" + escaped(segment);
  }
  char before = '?';
  for (const auto& [name, value] : query) {
    target += before + escaped(name) + "=" + escaped(value);
    before = '&';
  }
  return target;
}

std::string written_quoted(std::string_view text) {
  std::string out{"\""};
  for (const char c : text) {
    out += c == '"' || c == '\\' ? "\\" : "";
    out += c;
  }
  return out + "\"";
}

std::string written_push(const daemon::PushRequest& push) {
  std::string head =
      "POST " + written_target({"v1", "datasets", push.ingest.dataset, "versions"}, query_of(push)) + " HTTP/1.1\r\n";
  for (const auto& [name, value] : headers_of(push)) {
    head += name + ": " + value + "\r\n";
  }
  return head + "\r\n";
}

}  // namespace rowprint::fuzz
