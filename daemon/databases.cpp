#include "daemon/databases.hpp"

#include "config/sources.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace rowprint::daemon {

sql::DatabaseSettings Databases::settings_of(const config::Source& source) const {
  sql::DatabaseSettings settings;
  settings.url = source.url;
  settings.connect = source.connect;
  settings.statement = source.statement;
  settings.idle = source.idle;
  settings.row_bytes_max = row_bytes_max_;
  return settings;
}

Result<Databases> Databases::make(const config::Config& config, OpenDatabase open) {
  Databases databases{config, std::move(open)};
  for (const config::Source& source : databases.sources_) {
    auto database = databases.open_(databases.settings_of(source));
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

Error Databases::unknown(const std::string& name) {
  Error error;
  error.code = ErrorCode::not_found;
  error.reason = fmt::format("there is no source {} in the configuration", name);
  return error;
}

Result<std::unique_ptr<sql::Database>> Databases::open(const std::string& name) const {
  const auto found = std::ranges::find(sources_, name, &config::Source::name);
  if (found == sources_.end()) {
    return fail(unknown(name));
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
