#pragma once

#include "daemon/server/message.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint::daemon {

/// A request that has found its route. `request` outlives the answer.
struct Call {
  const Request& request;
  std::unique_ptr<Body> body;
  std::vector<std::string> captured;  ///< what stands in the place of each `{}`
};

struct Route {
  std::string_view method;                   ///< a route for GET takes HEAD as well
  std::string_view pattern;                  ///< `/v1/datasets/{}`
  std::vector<std::string_view> parameters;  ///< of the query; others are refused
  std::function<awaitable<Response>(Call)> handle;
  bool operates = false;  ///< answered even when there are too many connections
};

/// Finds the route of a request, or what is answered without one: no such path, no such method, unknown parameters, no
/// room, and the methods that there are for OPTIONS.
///
/// Thread safety: find() from any thread. Cost: linear in the number of routes.
class Router {
 public:
  explicit Router(std::vector<Route> routes);

  struct Found {
    const Route* route = nullptr;
    std::vector<std::string> captured;
    Response refusal;  ///< where there is no route
  };
  Found find(const Request& request) const;

 private:
  struct Entry {
    Route route;
    std::vector<std::string_view> segments;
  };
  std::vector<Entry> entries_;
};

}  // namespace rowprint::daemon
