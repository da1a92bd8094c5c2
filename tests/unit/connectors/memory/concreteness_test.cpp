#include "tests/unit/connectors/memory/reading.hpp"

#include <array>
#include <forward_list>
#include <list>
#include <map>
#include <ranges>
#include <span>
#include <sstream>

namespace rowprint {
namespace {

struct Point {
  int x = 0;
  static constexpr auto rowprint_members = members(member("x", &Point::x));
};

Generator<Point> points(int count) {
  for (int i = 0; i < count; ++i) {
    co_yield Point{i};
  }
}

template <typename Range>
using SourceFor = decltype(read_records(std::declval<Range>()));
template <typename Range>
constexpr bool is_concrete = std::derived_from<SourceFor<Range>, ConcreteSource>;
template <typename Range>
constexpr bool is_generator = std::derived_from<SourceFor<Range>, Source> && !is_concrete<Range>;

const auto kEven = [](const Point& point) { return point.x % 2 == 0; };
const auto kDouble = [](const Point& point) { return Point{point.x * 2}; };

static_assert(is_concrete<std::vector<Point>&>);
static_assert(is_concrete<const std::vector<Point>&>);
static_assert(is_concrete<std::vector<Point>>);
static_assert(is_concrete<std::array<Point, 3>&>);
static_assert(is_concrete<Point (&)[3]>);
static_assert(is_concrete<std::span<const Point>>);
static_assert(is_concrete<std::list<Point>&>);
static_assert(is_concrete<std::vector<Record>&>);
static_assert(is_concrete<std::vector<std::map<std::string, int>>&>);
static_assert(is_concrete<decltype(std::declval<std::vector<Point>&>() | std::views::transform(kDouble))>);
static_assert(is_generator<Generator<Point>>);
static_assert(is_generator<Generator<Point>&>);
static_assert(is_generator<Generator<Record>>);
static_assert(is_generator<std::forward_list<Point>&>);
static_assert(is_generator<decltype(std::declval<std::vector<Point>&>() | std::views::filter(kEven))>);

template <typename... Columns>
using ValuesFor = decltype(read_values(std::declval<Columns>()...));
using Ints = decltype(column("a", std::declval<std::vector<int>&>()));
using Streamed = decltype(column("b", std::declval<Generator<int>>()));
static_assert(std::derived_from<ValuesFor<Ints, Ints>, ConcreteSource>);
static_assert(!std::derived_from<ValuesFor<Ints, Streamed>, ConcreteSource>);
static_assert(std::derived_from<ValuesFor<Ints, Streamed>, Source>);

template <typename Range>
concept CanDemandConcrete = requires(Range&& range) { concrete(std::forward<Range>(range)); };
static_assert(CanDemandConcrete<std::vector<Point>&>);
static_assert(CanDemandConcrete<std::vector<Point>>);
static_assert(!CanDemandConcrete<Generator<Point>>);
static_assert(!CanDemandConcrete<std::forward_list<Point>&>);

struct Unlisted {
  int x = 0;
};
template <typename Range>
concept CanRead = requires(Range&& range) { read_records(std::forward<Range>(range)); };
static_assert(CanRead<std::vector<Point>&>);
static_assert(!CanRead<std::vector<Unlisted>&>);
static_assert(!CanRead<std::vector<int>&>);

template <typename Range>
concept CanBeColumn = requires(Range&& range) { column("a", std::forward<Range>(range)); };
static_assert(CanBeColumn<std::vector<int>&>);
static_assert(CanBeColumn<std::istringstream> == false);
static_assert(!CanBeColumn<std::vector<char>&>, "text or a number? nobody knows");
static_assert(!CanBeColumn<std::vector<long double>&>, "has no exact form");
static_assert(!CanBeColumn<std::vector<Unlisted>&>);
static_assert(!CanBeColumn<std::vector<int*>&>);
static_assert(!CanBeColumn<std::vector<std::chrono::duration<double>>&>, "a time of day is exact");
static_assert(!CanBeColumn<std::vector<std::chrono::duration<int, std::pico>>&>, "below nanoseconds");

enum class Taken { as_generator, as_list };
Taken taken(Source&) {
  return Taken::as_generator;
}
Taken taken(ConcreteSource&) {
  return Taken::as_list;
}

TEST(Concreteness, DecidesWhichIngestIsCalled) {
  std::vector<Point> list{{1}, {2}};
  auto from_list = read_records(list);
  auto from_generator = read_records(points(2));
  EXPECT_EQ(taken(from_list), Taken::as_list);
  EXPECT_EQ(taken(from_generator), Taken::as_generator);
}

TEST(Concreteness, BothKindsOfTheSameRowsHaveOneFingerprint) {
  std::vector<Point> list;
  for (int i = 0; i < 10'000; ++i) {
    list.push_back({i});
  }
  auto from_list = read_records(concrete(list));
  auto from_generator = read_records(points(10'000));
  const auto first = test::summary_of(from_list);
  const auto second = test::summary_of(from_generator);
  EXPECT_EQ(first.sequence, second.sequence);
  EXPECT_EQ(first.multiset, second.multiset);
  EXPECT_EQ(first.rows, 10'000U);
}

}  // namespace
}  // namespace rowprint
