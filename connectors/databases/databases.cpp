#include "connectors/databases/databases.hpp"

#include "connectors/postgres/postgres_database.hpp"
#include "connectors/sqlite/sqlite_database.hpp"
#include "ingest/model/ascii.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace rowprint {
namespace {

struct Connector {
  std::string_view scheme;
  Result<std::unique_ptr<sql::Database>> (*open)(sql::DatabaseSettings settings);
};

/// A connector of SQL databases: one line for each scheme.
constexpr std::array kConnectors{
    Connector{"postgresql", postgres::open_postgres},
    Connector{"postgres", postgres::open_postgres},
    Connector{"sqlite", sqlite_file::open_sqlite},
};

std::string known_schemes() {
  std::string schemes;
  for (const Connector& connector : kConnectors) {
    schemes.append(schemes.empty() ? "" : ", ").append(connector.scheme).append(":");
  }
  return schemes;
}

}  // namespace

Result<std::unique_ptr<sql::Database>> open_database(sql::DatabaseSettings settings) {
  const std::string_view url = settings.url;
  const std::string_view scheme = url.substr(0, std::min(url.find(':'), url.size()));
  for (const Connector& connector : kConnectors) {
    if (equal_ignoring_case(scheme, connector.scheme)) {
      return connector.open(std::move(settings));
    }
  }
  // What stands before the colon may be a password, if the URL is none.
  return fail(ErrorCode::bad_input, "the URL's scheme is none of those known: " + known_schemes());
}

}  // namespace rowprint
