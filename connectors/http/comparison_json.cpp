#include "connectors/http/comparison_json.hpp"

#include "connectors/http/value_json.hpp"

#include <nlohmann/json.hpp>

namespace rowprint {
namespace {

using Json = nlohmann::ordered_json;

Json schema_json(const Schema& schema) {
  Json columns = Json::array();
  for (const Column& column : schema.columns) {
    columns.push_back({{"name", column.name}, {"type", to_string(column.type)}});
  }
  return columns;
}

}  // namespace

nlohmann::ordered_json comparison_json(const Comparison& comparison) {
  Json report = Json::array();
  for (const Difference& item : comparison.report) {
    report.push_back({{"kind", to_string(item.kind)},
                      {"row", item.row ? Json(*item.row) : Json()},
                      {"column", item.column.empty() ? Json() : Json(item.column)},
                      {"source", item.source ? value_json(*item.source) : Json()},
                      {"stored", item.stored ? value_json(*item.stored) : Json()},
                      {"count", item.count}});
  }
  return {{"agrees", comparison.agrees},
          {"fingerprint", comparison.fingerprint.text()},
          {"rows", comparison.rows},
          {"schema", schema_json(comparison.schema)},
          {"difference", comparison.difference},
          {"rows_differing", comparison.rows_differing},
          {"report", std::move(report)}};
}

}  // namespace rowprint
