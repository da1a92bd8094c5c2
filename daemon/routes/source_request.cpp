#include "daemon/routes/source_request.hpp"

#include "daemon/routes/json_body.hpp"
#include "ingest/catalog.hpp"
#include "ingest/sql/order.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rowprint::daemon {
namespace {

tl::unexpected<Error> within(std::string_view member, const Error& error) {
  return fail(ErrorCode::bad_input, fmt::format("{}: {}", member, error.reason));
}

Result<sql::Parameter> parse_parameter(const Json& json) {
  if (!json.is_object()) {
    return fail(ErrorCode::bad_input, "each is {\"name\": …, \"type\": …, \"value\": …}");
  }
  if (auto checked = check_members(json, {"name", "type", "value"}); !checked) {
    return fail(std::move(checked.error()));
  }
  sql::Parameter parameter;
  auto name = needed_member(json, "name");
  if (!name) {
    return fail(std::move(name.error()));
  }
  parameter.name = *std::move(name);
  const auto type = text_member(json, "type");
  if (!type) {
    return fail(type.error());
  }
  if (*type) {
    parameter.type = parse_type(**type);
    if (!parameter.type) {
      return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not a type", **type));
    }
  }
  if (!json.contains("value")) {
    return fail(ErrorCode::bad_input, fmt::format("{} has no value", parameter.name));
  }
  const Json& value = json["value"];
  if (!value.is_string() && !value.is_null()) {
    return fail(
        ErrorCode::bad_input,
        fmt::format("the value of {} must be a text or null: numbers and times are written as text", parameter.name));
  }
  if (value.is_string()) {
    parameter.value = value.get<std::string>();
  }
  return parameter;
}

Result<sql::Query> parse_query(const Json& body) {
  sql::Query query;
  auto text = needed_member(body, "query");
  if (!text) {
    return fail(std::move(text.error()));
  }
  query.text = *std::move(text);
  if (const auto parameters = body.find("parameters"); parameters != body.end() && !parameters->is_null()) {
    if (!parameters->is_array()) {
      return fail(ErrorCode::bad_input, "\"parameters\" must be a list");
    }
    for (const Json& json : *parameters) {
      auto parameter = parse_parameter(json);
      if (!parameter) {
        return within("parameters", parameter.error());
      }
      query.parameters.push_back(*std::move(parameter));
    }
  }
  const auto output = text_member(body, "output");
  if (!output) {
    return fail(output.error());
  }
  if (*output) {
    auto schema = parse_schema(**output);
    if (!schema) {
      return within("output", schema.error());
    }
    query.output = *std::move(schema);
  }
  return query;
}

Result<Order> parse_order_of(const Json& body, const sql::Query& query) {
  const auto text = text_member(body, "order");
  if (!text) {
    return fail(text.error());
  }
  if (!*text) {
    return sql::order_of(query.text);
  }
  const auto order = parse_order(**text);
  if (!order) {
    return fail(ErrorCode::bad_input, fmt::format("order is \"{}\", and must be sequence or set", **text));
  }
  return *order;
}

}  // namespace

Result<PullRequest> parse_pull(const Json& body) {
  if (auto checked = check_members(body, {"dataset", "source", "query", "parameters", "output", "order"}); !checked) {
    return fail(std::move(checked.error()));
  }
  auto dataset = needed_member(body, "dataset");
  if (!dataset) {
    return fail(std::move(dataset.error()));
  }
  if (!is_dataset_name(*dataset)) {
    return fail(ErrorCode::bad_input,
                fmt::format("\"{}\" is not a dataset name ([A-Za-z0-9][A-Za-z0-9._-]{{0,127}})", *dataset));
  }
  auto source = needed_member(body, "source");
  if (!source) {
    return fail(std::move(source.error()));
  }
  auto query = parse_query(body);
  if (!query) {
    return fail(std::move(query.error()));
  }
  const auto order = parse_order_of(body, *query);
  if (!order) {
    return fail(order.error());
  }
  return PullRequest{*std::move(dataset), *std::move(source), *std::move(query), *order};
}

Result<CompareRequest> parse_compare(const Json& body) {
  if (auto checked = check_members(body, {"source", "query", "parameters", "output", "report"}); !checked) {
    return fail(std::move(checked.error()));
  }
  auto source = needed_member(body, "source");
  if (!source) {
    return fail(std::move(source.error()));
  }
  auto query = parse_query(body);
  if (!query) {
    return fail(std::move(query.error()));
  }
  const auto report = body.find("report");
  if (report != body.end() && !report->is_boolean()) {
    return fail(ErrorCode::bad_input, "\"report\" must be true or false");
  }
  return CompareRequest{*std::move(source), *std::move(query), report != body.end() && report->get<bool>()};
}

}  // namespace rowprint::daemon
