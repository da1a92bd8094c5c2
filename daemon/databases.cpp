#include "daemon/databases.hpp"

#include "config/sources.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace rowprint::daemon {
namespace {

sql::DatabaseSettings settings_of(const config::Source& source) {
  sql::DatabaseSettings settings;
  settings.url = source.url;
  settings.connect = source.connect;
  settings.statement = source.statement;
  settings.idle = source.idle;
  return settings;
}

}  // namespace

Result<Databases> Databases::make(std::vector<config::Source> sources, OpenDatabase open) {
  Databases databases{std::move(sources), std::move(open)};
  for (const config::Source& source : databases.sources_) {
    auto database = databases.open_(settings_of(source));
    if (!database) {
      return fail(ErrorCode::bad_input, fmt::format("sources.{}: {}", source.name, database.error().reason));
    }
    databases.listed_.push_back({source.name, (*database)->description()});
  }
  return databases;
}

bool Databases::knows(const std::string& name) const {
  return std::ranges::any_of(listed_, [&](const Listed& listed) { return listed.name == name; });
}

Result<std::unique_ptr<sql::Database>> Databases::open(const std::string& name) const {
  const auto found = std::ranges::find(sources_, name, &config::Source::name);
  if (found == sources_.end()) {
    return fail(ErrorCode::not_found, fmt::format("there is no source {} in the configuration", name));
  }
  auto password = config::read_password(*found);
  if (!password) {
    return fail(ErrorCode::unavailable, fmt::format("source {}: {}", name, password.error().reason));
  }
  sql::DatabaseSettings settings = settings_of(*found);
  settings.password = *std::move(password);
  return open_(std::move(settings));
}

}  // namespace rowprint::daemon
