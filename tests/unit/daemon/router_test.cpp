#include "daemon/routes/router.hpp"

#include "daemon/routes/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rowprint::daemon {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Pair;

Router small_router() {
  const auto nothing = [](Call) -> awaitable<Response> { co_return Response{}; };
  Route health{"GET", "/healthz", {}, nothing};
  health.operates = true;
  return Router{{{"GET", "/things", {}, nothing},
                 {"POST", "/things/{}/parts", {"order"}, nothing},
                 {"GET", "/things/{}/parts/{}", {}, nothing},
                 {"DELETE", "/things/{}/parts/{}", {}, nothing},
                 health}};
}

Router::Found found(const std::string& method, std::vector<std::string> path,
                    std::vector<std::pair<std::string, std::string>> query = {}, Crowd crowd = Crowd::none) {
  static const Router router = small_router();
  Request request;
  request.method = method;
  request.path = std::move(path);
  request.query = std::move(query);
  request.crowd = crowd;
  return router.find(request);
}

TEST(Router, CapturesStandInTheirOrder) {
  const auto route = found("DELETE", {"things", "a", "parts", "7"});
  ASSERT_NE(route.route, nullptr);
  EXPECT_EQ(route.route->method, "DELETE");
  EXPECT_THAT(route.captured, ElementsAre("a", "7"));
}

TEST(Router, CaptureIsNeverEmpty) {
  EXPECT_EQ(found("GET", {"things", "", "parts", "7"}).refusal.status, 404);
}

TEST(Router, UnknownPathIsNotFound) {
  for (const auto& path : std::vector<std::vector<std::string>>{
           {""}, {"thing"}, {"things", ""}, {"things", "a"}, {"things", "a", "parts", "7", "x"}}) {
    EXPECT_EQ(found("GET", path).refusal.status, 404);
  }
}

TEST(Router, WrongMethodNamesTheAllowedOnes) {
  const auto route = found("PUT", {"things", "a", "parts", "7"});
  EXPECT_EQ(route.refusal.status, 405);
  EXPECT_THAT(route.refusal.headers, Contains(Pair("Allow", "DELETE, GET, HEAD, OPTIONS")));
  EXPECT_THAT(found("GET", {"things", "a", "parts"}).refusal.headers, Contains(Pair("Allow", "OPTIONS, POST")));
}

TEST(Router, OptionsNameTheMethodsOfAPathOrOfAll) {
  const auto one = found("OPTIONS", {"things", "a", "parts"});
  EXPECT_EQ(one.route, nullptr);
  EXPECT_EQ(one.refusal.status, 204);
  EXPECT_THAT(one.refusal.headers, Contains(Pair("Allow", "OPTIONS, POST")));
  const auto all = found("OPTIONS", {});
  EXPECT_EQ(all.refusal.status, 204);
  EXPECT_THAT(all.refusal.headers, Contains(Pair("Allow", "DELETE, GET, HEAD, OPTIONS, POST")));
  EXPECT_EQ(found("OPTIONS", {"nothing"}).refusal.status, 404);
}

TEST(Router, UnknownAndRepeatedParametersAreRefused) {
  EXPECT_NE(found("POST", {"things", "a", "parts"}, {{"order", "set"}}).route, nullptr);
  EXPECT_EQ(found("POST", {"things", "a", "parts"}, {{"odrer", "set"}}).refusal.status, 400);
  EXPECT_EQ(found("POST", {"things", "a", "parts"}, {{"order", "set"}, {"order", "set"}}).refusal.status, 400);
  EXPECT_EQ(found("GET", {"things"}, {{"order", "set"}}).refusal.status, 400);
}

TEST(Router, CrowdIsTurnedAwayButForOperating) {
  for (const auto& [crowd, status] : {std::pair{Crowd::everybody, 503}, std::pair{Crowd::client, 429}}) {
    const auto turned_away = found("GET", {"things"}, {}, crowd);
    EXPECT_EQ(turned_away.refusal.status, status);
    EXPECT_THAT(turned_away.refusal.headers, Contains(testing::Key("Retry-After")));
    EXPECT_NE(found("GET", {"healthz"}, {}, crowd).route, nullptr);
  }
}

}  // namespace
}  // namespace rowprint::daemon
