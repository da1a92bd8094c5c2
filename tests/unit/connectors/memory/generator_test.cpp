#include "connectors/memory/generator.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

namespace rowprint {
namespace {

static_assert(std::ranges::input_range<Generator<int>>);
static_assert(!std::ranges::forward_range<Generator<int>>);
static_assert(!std::ranges::sized_range<Generator<int>>);
static_assert(!std::copyable<Generator<int>>);
static_assert(std::ranges::viewable_range<Generator<int>&> && std::ranges::viewable_range<Generator<int>>);

Generator<int> count_to(int last, std::vector<int>* made = nullptr) {
  for (int i = 1; i <= last; ++i) {
    if (made != nullptr) {
      made->push_back(i);
    }
    co_yield i;
  }
}

TEST(Generator, GivesEveryValueInOrder) {
  std::vector<int> got;
  for (const int value : count_to(4)) {
    got.push_back(value);
  }
  EXPECT_EQ(got, (std::vector{1, 2, 3, 4}));
}

TEST(Generator, OfNothingIsEmpty) {
  auto none = count_to(0);
  EXPECT_EQ(none.begin(), none.end());
}

TEST(Generator, RunsNothingBeforeItIsAsked) {
  std::vector<int> made;
  auto numbers = count_to(3, &made);
  EXPECT_TRUE(made.empty());
  auto at = numbers.begin();
  EXPECT_EQ(made, std::vector{1});
  ++at;
  EXPECT_EQ(made, (std::vector{1, 2}));
}

Generator<int> throws_at(int place) {
  for (int i = 1;; ++i) {
    if (i == place) {
      throw std::runtime_error{"at " + std::to_string(place)};
    }
    co_yield i;
  }
}

TEST(Generator, ThrowsWhatItsCoroutineThrows) {
  auto at_once = throws_at(1);
  EXPECT_THROW(at_once.begin(), std::runtime_error);
  auto later = throws_at(2);
  auto at = later.begin();
  EXPECT_EQ(*at, 1);
  EXPECT_THROW(++at, std::runtime_error);
  EXPECT_EQ(at, later.end());
}

Generator<int> holds(std::shared_ptr<int> held) {
  co_yield *held;
  co_yield *held + 1;
}

TEST(Generator, DestroyedHalfWayFreesWhatItsCoroutineHolds) {
  const auto held = std::make_shared<int>(7);
  {
    auto numbers = holds(held);
    EXPECT_EQ(*numbers.begin(), 7);
    EXPECT_GT(held.use_count(), 1);
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Generator, KeepsItsPlaceWhenMoved) {
  auto numbers = count_to(3);
  auto at = numbers.begin();
  auto moved = std::move(numbers);
  ++at;
  EXPECT_EQ(*at, 2);
  moved = count_to(1);
  EXPECT_EQ(*moved.begin(), 1);
}

Generator<std::string> texts() {
  co_yield "temporary";
  const std::string named = "named";
  co_yield named;
}

TEST(Generator, YieldsTemporariesAndNames) {
  std::vector<std::string> got;
  for (const std::string& text : texts()) {
    got.push_back(text);
  }
  EXPECT_EQ(got, (std::vector<std::string>{"temporary", "named"}));
}

}  // namespace
}  // namespace rowprint
