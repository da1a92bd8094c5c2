#pragma once

#include "daemon/routes/router.hpp"
#include "daemon/routes/services.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace rowprint::daemon {

/// One line of the table of routes: a Route before there is anything to answer it with.
struct ApiRoute {
  std::string_view method;
  std::string_view pattern;                  ///< as Route::pattern
  std::vector<std::string_view> parameters;  ///< as Route::parameters
  awaitable<Response> (*handle)(const Services&, Call);
  bool operates = false;  ///< as Route::operates
};

/// Every route there is; docs/openapi.json describes each, and a test compares the two. Constant. Any thread.
std::span<const ApiRoute> api_routes();

}  // namespace rowprint::daemon
