#include "ingest/watched.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <thread>

namespace rowprint {
namespace {

TEST(Watched, EveryAssignmentCallsWhoWatches) {
  Watched<int> value{0};
  int first = 0;
  int second = 0;
  const auto watch = value.watch([&] { first = value; });
  {
    const auto other = value.watch([&] { second = value; });
    value = 1;
  }
  value = 2;
  EXPECT_EQ(first, 2);
  EXPECT_EQ(second, 1);
}

TEST(Watched, NobodyIsCalledAfterTheWatchHasEnded) {
  Watched<bool> value{false};
  for (int round = 0; round < 200; ++round) {
    auto alive = std::make_unique<std::atomic<bool>>(true);
    std::optional<Watched<bool>::Watch> watch;
    watch.emplace(value, [&alive] { EXPECT_TRUE(alive->load()); });
    std::thread assigns{[&value] { value = true; }};
    watch.reset();
    *alive = false;
    assigns.join();
  }
}

}  // namespace
}  // namespace rowprint
