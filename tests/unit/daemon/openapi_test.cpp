#include "daemon/routes/openapi.hpp"
#include "connectors/http/formats.hpp"
#include "daemon/routes/api_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace rowprint::daemon {
namespace {

using nlohmann::json;
using testing::IsEmpty;

const json& document() {
  static const json kDocument = json::parse(openapi_document());
  return kDocument;
}

/// `/v1/datasets/{name}` as the router writes it.
std::string pattern_of(const std::string& path) {
  std::string pattern;
  bool named = false;
  for (const char c : path) {
    named = named && c != '}';
    if (!named) {
      pattern += c;
    }
    named = named || c == '{';
  }
  return pattern;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return static_cast<char>(c & ~0x20); });
  return text;
}

/// What a `$ref` stands for.
const json& resolved(const json& node) {
  return node.contains("$ref") ? document().at(json::json_pointer{node["$ref"].get<std::string>().substr(1)}) : node;
}

std::set<std::string> query_parameters(const json& operation) {
  std::set<std::string> names;
  for (const json& listed : operation.value("parameters", json::array())) {
    const json& parameter = resolved(listed);
    if (parameter.at("in") == "query") {
      names.insert(parameter.at("name"));
    }
  }
  return names;
}

struct Described {
  std::string method, pattern;
  std::set<std::string> parameters;
  auto operator<=>(const Described&) const = default;
};

std::set<Described> described() {
  std::set<Described> all;
  for (const auto& [path, item] : document().at("paths").items()) {
    for (const auto& [method, operation] : item.items()) {
      if (method != "parameters") {
        all.insert({upper(method), pattern_of(path), query_parameters(operation)});
      }
    }
  }
  return all;
}

void collect_references(const json& node, std::set<std::string>& into) {
  if (node.is_object() && node.contains("$ref")) {
    into.insert(node["$ref"].get<std::string>());
  }
  for (const json& below : node) {
    if (below.is_structured()) {
      collect_references(below, into);
    }
  }
}

TEST(OpenApi, DescribesTheRoutesThereAreWithTheirParametersAndNoOthers) {
  std::set<Described> routes;
  for (const ApiRoute& route : api_routes()) {
    routes.insert(
        {std::string{route.method}, std::string{route.pattern}, {route.parameters.begin(), route.parameters.end()}});
  }
  std::set<Described> operations = described();
  // HEAD is answered where GET is; the document need not repeat it.
  std::erase_if(operations, [&](const Described& operation) {
    return operation.method == "HEAD" && routes.contains({"GET", operation.pattern, operation.parameters});
  });
  for (const Described& operation : operations) {
    EXPECT_TRUE(routes.contains(operation)) << operation.method << ' ' << operation.pattern << " is not a route";
  }
  for (const Described& route : routes) {
    EXPECT_TRUE(operations.contains(route)) << route.method << ' ' << route.pattern << " is not described";
  }
}

TEST(OpenApi, NamesEveryRowFormatAndNoOther) {
  const json& body = document().at("paths").at("/v1/datasets/{name}/versions").at("post").at("requestBody");
  std::set<std::string_view> missing{row_format_media_types().begin(), row_format_media_types().end()};
  const std::set<std::string> no_rows{"application/vnd.rowprint.reference+json", "application/octet-stream",
                                      "multipart/form-data"};
  for (const auto& [type, media] : body.at("content").items()) {
    missing.erase(type);
    EXPECT_TRUE(row_format_of_media_type(type) || no_rows.contains(type)) << type;
  }
  EXPECT_THAT(missing, IsEmpty());
  const json names = document().at("components").at("parameters").at("Format").at("schema").at("enum");
  EXPECT_EQ(names, json(std::vector<std::string>{row_format_names().begin(), row_format_names().end()}));
}

TEST(OpenApi, RefersOnlyToWhatIsThereAndHoldsNothingThatNobodyRefersTo) {
  std::set<std::string> references;
  collect_references(document(), references);
  for (const std::string& reference : references) {
    EXPECT_TRUE(document().contains(json::json_pointer{reference.substr(1)})) << reference;
  }
  for (const auto& [kind, components] : document().at("components").items()) {
    for (const auto& [name, component] : components.items()) {
      EXPECT_TRUE(references.contains("#/components/" + kind + "/" + name)) << kind << ' ' << name;
    }
  }
}

}  // namespace
}  // namespace rowprint::daemon
