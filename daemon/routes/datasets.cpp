#include "daemon/log.hpp"
#include "daemon/routes/answers.hpp"
#include "daemon/routes/entity_tag.hpp"
#include "daemon/routes/handlers.hpp"
#include "daemon/routes/version_path.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rowprint::daemon {
namespace {

/// `response` under its tag, or that the client has it already. `version` is the one that the tag names.
Response tagged(const Request& request, const Version& version, Response response) {
  std::string tag = entity_tag_of_body(version, response.body);
  if (is_not_modified(request, tag)) {
    return not_modified(std::move(tag));
  }
  response.headers.emplace_back("ETag", std::move(tag));
  return response;
}

awaitable<Response> remove(const Services& services, VersionPath path) {
  const auto released = co_await services.catalog.remove(path.dataset, path.number);
  if (!released) {
    co_return problem(released.error());
  }
  for (const std::string& location : released->locations) {
    // The rows are gone for everybody already; a file that stays is removed at the next start.
    const auto removed = co_await services.store.remove(location);
    if (!removed) {
      log::warning("{} could not be removed: {}", location, removed.error().reason);
    }
  }
  log::info("removed {} of {}", fmt::format("{} version{}", released->versions, released->versions == 1 ? "" : "s"),
            path.dataset);
  co_return json_answer(200, Json{{"removed", released->versions}});
}

}  // namespace

awaitable<Response> list_datasets(const Services& services, Call) {
  const auto datasets = co_await services.catalog.datasets();
  if (!datasets) {
    co_return problem(datasets.error());
  }
  Json list = Json::array();
  for (const DatasetSummary& dataset : *datasets) {
    list.push_back(json_of(dataset));
  }
  co_return json_answer(200, Json{{"datasets", std::move(list)}});
}

awaitable<Response> list_versions(const Services& services, Call call) {
  const auto path = parse_version_path(call.captured);
  if (!path) {
    co_return problem(path.error());
  }
  const auto versions = co_await services.catalog.versions(path->dataset);
  if (!versions) {
    co_return problem(versions.error());
  }
  if (versions->empty()) {
    co_return problem(ErrorCode::not_found, fmt::format("there is no dataset {}", path->dataset));
  }
  Json list = Json::array();
  for (const Published& version : *versions) {
    list.push_back(json_of(version));
  }
  co_return tagged(call.request, versions->front().version,
                   json_answer(200, Json{{"name", path->dataset}, {"versions", std::move(list)}}));
}

awaitable<Response> show_version(const Services& services, Call call) {
  const auto path = parse_version_path(call.captured);
  if (!path) {
    co_return problem(path.error());
  }
  const auto version = co_await services.catalog.version(path->dataset, path->number);
  if (!version) {
    co_return problem(version.error());
  }
  co_return tagged(call.request, version->version, json_answer(200, json_of(*version)));
}

awaitable<Response> remove_dataset(const Services& services, Call call) {
  const auto path = parse_version_path(call.captured);
  if (!path) {
    co_return problem(path.error());
  }
  Response response = co_await remove(services, *path);
  co_return response;
}

awaitable<Response> remove_version(const Services& services, Call call) {
  auto path = parse_version_path(call.captured);
  if (!path) {
    co_return problem(path.error());
  }
  // `latest` is looked up first: to remove(), no number means all of them.
  if (path->number == 0) {
    const auto latest = co_await services.catalog.version(path->dataset, 0);
    if (!latest) {
      co_return problem(latest.error());
    }
    path->number = latest->version.number;
  }
  Response response = co_await remove(services, *path);
  co_return response;
}

awaitable<Response> show_content(const Services& services, Call call) {
  const auto fingerprint = hashing::Fingerprint::parse(call.captured.at(0));
  if (!fingerprint) {
    co_return problem(ErrorCode::bad_input, fmt::format("\"{}\" is not a fingerprint", call.captured.at(0)));
  }
  const auto content = co_await services.catalog.find_content(*fingerprint);
  if (!content) {
    co_return problem(content.error());
  }
  if (!*content) {
    co_return problem(ErrorCode::not_found, fmt::format("there is no content {}", fingerprint->text()));
  }
  co_return json_answer(200, json_of(**content));
}

}  // namespace rowprint::daemon
