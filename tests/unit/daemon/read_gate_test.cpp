#include "daemon/read_gate.hpp"

#include <gtest/gtest.h>

namespace rowprint::daemon {
namespace {

TEST(ReadGate, APlaceIsGivenBackWithItsLastCopy) {
  ReadGate gate{1};
  auto place = gate.enter();
  ASSERT_TRUE(place);
  ReadGate::Place copy = *place;
  place->reset();
  const auto refused = gate.enter();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_TRUE(refused.error().retryable);
  copy.reset();
  EXPECT_TRUE(gate.enter());
}

TEST(ReadGate, ClosedItTellsWhenTheLastHasLeft) {
  ReadGate gate{2};
  auto first = gate.enter();
  auto second = gate.enter();
  int told = 0;
  gate.close([&told] { ++told; });
  first->reset();
  EXPECT_EQ(told, 0);
  second->reset();
  EXPECT_EQ(told, 1);
}

TEST(ReadGate, ClosedEmptyItTellsAtOnceAndLetsNobodyIn) {
  ReadGate gate{2};
  int told = 0;
  gate.close([&told] { ++told; });
  EXPECT_EQ(told, 1);
  EXPECT_EQ(gate.enter().error().code, ErrorCode::busy);
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace rowprint::daemon
