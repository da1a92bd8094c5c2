#include "cli/query_options.hpp"

#include "cli/input.hpp"
#include "ingest/model/utf8.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

namespace rowprint::cli {
namespace {

constexpr std::size_t kQueryBytesMax = 1U << 20U;

bool is_name(std::string_view text) {
  const auto begins = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && begins(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return begins(c) || (c >= '0' && c <= '9'); });
}

Result<std::string> read_text(const std::string& file) {
  const auto input = Input::open(file);
  if (!input) {
    return fail(input.error());
  }
  std::string text(kQueryBytesMax + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(input->descriptor(), text.data() + size, text.size() - size);
    if (got == 0) {
      text.resize(size);
      return text;
    }
    if (got < 0 && errno != EINTR) {
      return fail(ErrorCode::io, fmt::format("cannot read {}: {}", file, std::generic_category().message(errno)));
    }
    size += got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  return fail(ErrorCode::bad_input, fmt::format("{} is longer than a query may be, {} bytes", file, kQueryBytesMax));
}

Json parameter_json(const sql::Parameter& parameter) {
  Json json{{"name", parameter.name}};
  if (parameter.type) {
    json["type"] = to_string(*parameter.type);
  }
  json["value"] = parameter.value ? Json(*parameter.value) : Json(nullptr);
  return json;
}

}  // namespace

bool is_database_url(std::string_view source) {
  return source.find(':') != std::string_view::npos;
}

Result<sql::Parameter> parse_parameter(std::string_view text) {
  sql::Parameter parameter;
  const std::size_t equals = text.find('=');
  const std::string_view left = text.substr(0, equals);
  if (equals != std::string_view::npos) {
    parameter.value = text.substr(equals + 1);
  }
  const std::size_t colon = left.find(':');
  parameter.name = left.substr(0, colon);
  if (!is_name(parameter.name)) {
    return fail(
        ErrorCode::bad_input,
        fmt::format("\"{}\" is no parameter: name=value, name:type=value, or without =value for null", parameter.name));
  }
  if (colon != std::string_view::npos) {
    parameter.type = parse_type(left.substr(colon + 1));
    if (!parameter.type) {
      return fail(ErrorCode::bad_input, fmt::format("parameter {}: what stands behind the colon is none of the types, "
                                                    "as int, decimal, text, timestamptz are",
                                                    parameter.name));
    }
  }
  return parameter;
}

Result<sql::Query> resolve_query(const QueryOptions& options) {
  sql::Query query{options.query, options.parameters, options.output};
  if (query.text.starts_with('@')) {
    auto text = read_text(query.text.substr(1));
    if (!text) {
      return fail(std::move(text.error()));
    }
    query.text = std::move(*text);
  }
  if (!is_valid_utf8(query.text)) {
    return fail(ErrorCode::bad_input, "the query is not UTF-8");
  }
  for (const sql::Parameter& parameter : query.parameters) {
    if (parameter.value && !is_valid_utf8(*parameter.value)) {
      return fail(ErrorCode::bad_input, fmt::format("the value of parameter {} is not UTF-8", parameter.name));
    }
  }
  return query;
}

Json query_json(const QueryOptions& options, const sql::Query& query) {
  Json json{{"source", options.source}, {"query", query.text}};
  for (const sql::Parameter& parameter : query.parameters) {
    json["parameters"].push_back(parameter_json(parameter));
  }
  if (!query.output.columns.empty()) {
    json["output"] = format_schema(query.output);
  }
  return json;
}

std::string without_urls(std::string_view text) {
  constexpr std::string_view kMark = "://";
  std::string result;
  while (true) {
    const std::size_t mark = text.find(kMark);
    if (mark == std::string_view::npos) {
      return result.append(text);
    }
    const std::string_view scheme = text.substr(0, mark);
    result.append(scheme).append(kMark);
    text.remove_prefix(mark + kMark.size());
    if (!scheme.ends_with("http") && !scheme.ends_with("https")) {
      result.append("…");
      text.remove_prefix(std::min(text.find_first_of(" \t\r\n"), text.size()));
    }
  }
}

}  // namespace rowprint::cli
