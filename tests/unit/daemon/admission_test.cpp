#include "daemon/admission.hpp"

#include "tests/unit/daemon/daemon_parts.hpp"
#include "tests/unit/daemon/metered_disk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rowprint::daemon {
namespace {

using testing::HasSubstr;

config::Limits limits_of(std::size_t ingests, std::uint64_t reserve) {
  config::Limits limits;
  limits.ingests = ingests;
  limits.disk_reserve = reserve;
  return limits;
}

TEST(Admission, AsManyPushesAsThereArePlaces) {
  MeteredDisk disk;
  Admission admission{disk, "/data", limits_of(2, 0)};
  auto first = admission.enter_push();
  const auto second = admission.enter_push();
  ASSERT_TRUE(first && second);
  const auto third = admission.enter_push();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::busy);
  EXPECT_TRUE(third.error().retryable);
  first->reset();
  EXPECT_TRUE(admission.enter_push());
}

TEST(Admission, ReserveIsLeftAlone) {
  MeteredDisk disk;
  const Admission admission{disk, "/data", limits_of(1, 1000)};
  disk.room = 1000;
  EXPECT_TRUE(admission.check_disk());
  disk.room = 999;
  EXPECT_EQ(admission.check_disk().error().code, ErrorCode::no_space);
  disk.room = MeteredDisk::kBroken;
  EXPECT_EQ(admission.check_disk().error().code, ErrorCode::io);
}

TEST(Admission, WithoutAReserveNobodyAsks) {
  MeteredDisk disk;
  disk.room = MeteredDisk::kBroken;
  EXPECT_TRUE((Admission{disk, "/data", limits_of(1, 0)}.check_disk()));
}

TEST(Admission, PushesAndPullsAreRefusedWhereTheReserveBegins) {
  MeteredDisk disk;
  DaemonParts daemon{{{.rows = numbers(5)}}, small_config(), nullptr, disk};
  const DaemonParts::Asked push{"POST", "/v1/datasets/d/versions", "{\"a\":1}\n", "application/x-ndjson"};
  ASSERT_EQ(daemon.ask(push).status, 201);
  disk.room = 1000;
  EXPECT_EQ(daemon.ask(push).status, 507);
  EXPECT_THAT(daemon.ask(push).body, HasSubstr("limits.disk_reserve"));
  const std::string pull = R"({"dataset": "set", "source": "sales", "query": "SELECT n FROM t"})";
  EXPECT_EQ(daemon.ask({"POST", "/v1/pulls", pull}).status, 507);
  EXPECT_EQ(daemon.versions("d"), 1U);
  EXPECT_EQ(daemon.ask({"GET", "/v1/datasets/d", ""}).status, 200);
}

TEST(Admission, PushPastTheRowsIsRefusedAndPublishesNothing) {
  config::Config config = small_config();
  config.limits.ingest_rows = 2;
  DaemonParts daemon{{}, config};
  const auto push = [&](const std::string& rows) {
    return daemon.ask({"POST", "/v1/datasets/d/versions", rows, "application/x-ndjson"});
  };
  EXPECT_EQ(push("{\"a\":1}\n{\"a\":2}\n").status, 201);
  const Response refused = push("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(nlohmann::json::parse(refused.body)["row"], 3);
  EXPECT_EQ(daemon.versions("d"), 1U);
}

}  // namespace
}  // namespace rowprint::daemon
