#include "tests/unit/connectors/memory/reading.hpp"

#include <map>
#include <memory>
#include <ranges>
#include <tuple>

namespace rowprint {
namespace {

struct Flight {
  int year = 0;
  std::optional<std::string> tailnum;
  double distance = 0;
  static constexpr auto rowprint_members = members(member("year", &Flight::year), member("tailnum", &Flight::tailnum),
                                                   member("distance", &Flight::distance));
};

const Schema kFlights{{{"year", Type::integer}, {"tailnum", Type::text}, {"distance", Type::floating}}};

TEST(ReadRecords, AStructsMembersAreColumnsInTheirOrder) {
  auto source = read_records(std::vector<Flight>{{2013, "N14228", 1400.5}, {2014, {}, 3}});
  EXPECT_EQ(source.declared(), kFlights);
  const auto rows = test::read_all(source);
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->at(0),
            (test::Row{{"year", {std::int64_t{2013}}}, {"tailnum", {std::string{"N14228"}}}, {"distance", {1400.5}}}));
  EXPECT_EQ(rows->at(1), (test::Row{{"year", {std::int64_t{2014}}}, {"distance", {3.0}}}));
}

TEST(ReadRecords, StaticTypesAreDeclaredWithoutAnyRow) {
  auto source = read_records(std::vector<Flight>{});
  EXPECT_EQ(test::summary_of(source).schema, kFlights);
}

TEST(ReadRecords, AnAllNullColumnKeepsItsStaticType) {
  auto source = read_records(std::vector<Flight>(5));
  EXPECT_EQ(test::summary_of(source).schema, kFlights);
}

TEST(ReadRecords, AllFormsOfTheSameRowsHaveOneFingerprint) {
  const std::vector<Flight> flights{{2013, "N14228", 1400.5}, {2014, {}, 3}};
  const std::vector<std::tuple<int, std::optional<std::string>, double>> tuples{{2013, "N14228", 1400.5},
                                                                                {2014, {}, 3}};
  const std::vector<Record> records{
      {{"distance", {1400.5}}, {"year", {std::int64_t{2013}}}, {"tailnum", {std::string{"N14228"}}}},
      {{"year", {std::int64_t{2014}}}, {"distance", {3.0}}, {"tailnum", {Null{}}}}};
  std::vector<Map> maps;
  for (const Record& record : records) {
    maps.push_back({record});
  }
  auto from_structs = read_records(flights);
  auto from_tuples = read_records(tuples, names("year", "tailnum", "distance"));
  auto from_records = read_records(records);
  auto from_maps = read_records(maps);
  const auto expected = test::summary_of(from_structs);
  EXPECT_EQ(test::summary_of(from_tuples).sequence, expected.sequence);
  EXPECT_EQ(test::summary_of(from_records).sequence, expected.sequence);
  EXPECT_EQ(test::summary_of(from_maps).sequence, expected.sequence);
}

TEST(ReadRecords, DictionariesLearnTheirTypes) {
  const std::vector<Record> records{{{"a", {std::int64_t{1}}}}, {{"a", {0.5}}, {"b", {Null{}}}}, {{"c", {true}}}};
  auto source = read_records(records);
  EXPECT_EQ(source.declared(), Schema{});
  EXPECT_EQ(test::summary_of(source).schema,
            (Schema{{{"a", Type::floating}, {"b", Type::null}, {"c", Type::boolean}}}));
  auto numbers = read_records(std::vector<std::map<std::string, int>>{{{"x", 1}}, {{"y", 2}}});
  EXPECT_EQ(test::summary_of(numbers).schema, (Schema{{{"x", Type::integer}, {"y", Type::integer}}}));
}

TEST(ReadRecords, DeclaredColumnsOfDictionariesHaveTheirTypeWhateverTheRows) {
  const Schema declared{{{"d", Type::decimal}, {"f", Type::floating}, {"t", Type::date}, {"i", Type::integer}}};
  const std::vector<Record> records{{{"d", {std::int64_t{5}}}, {"f", {std::int64_t{2}}}},
                                    {{"d", {BigInteger{"100000000000000000000000000000"}}},
                                     {"f", {0.5}},
                                     {"i", {BigInteger{"18446744073709551616"}}}},
                                    {{"d", {std::numeric_limits<double>::infinity()}}}};
  auto source = read_records(records, {.declared = declared});
  const auto rows = test::read_all(source);
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->at(0), (test::Row{{"d", {Decimal{"5", 0}}}, {"f", {2.0}}}));
  EXPECT_EQ(rows->at(1).at(0).second, (Value{Decimal{"1", 29}}));
  source.rewind();
  EXPECT_EQ(test::summary_of(source).schema, declared);
}

TEST(ReadRecords, ReadsTheSameRowsAgainAfterRewind) {
  const std::vector<Flight> flights(3, Flight{2013, "N1", 2});
  auto source = read_records(flights, {.limits = {.batch_rows = 2}});
  const auto first = test::summary_of(source);
  source.rewind();
  const auto second = test::summary_of(source);
  EXPECT_EQ(first.rows, 3U);
  EXPECT_EQ(first.sequence, second.sequence);
}

TEST(ReadRecords, RewindInMidStreamStartsAtTheFirstRow) {
  const std::vector<Flight> flights(5, Flight{2013, "N1", 2});
  auto source = read_records(flights, {.limits = {.batch_rows = 2}});
  boost::asio::thread_pool workers{1};
  const auto some = wait(workers, source.next());
  ASSERT_TRUE(some && *some);
  source.rewind();
  const auto again = wait(workers, source.next());
  ASSERT_TRUE(again && *again);
  EXPECT_EQ((*again)->first_row(), 1U);
  EXPECT_EQ(test::read_all(source)->size(), 3U);
}

TEST(ReadRecords, BatchesKeepToTheirLimits) {
  const std::vector<std::tuple<std::string>> rows(100, std::string(1000, 'x'));
  auto source = read_records(rows, names("text"), {.limits = {.batch_bytes = 64U << 10U, .batch_rows = 30}});
  boost::asio::thread_pool workers{1};
  std::vector<std::size_t> sizes;
  while (true) {
    auto batch = wait(workers, source.next());
    ASSERT_TRUE(batch);
    if (!*batch) {
      break;
    }
    EXPECT_LE((*batch)->memory_bytes(), 100U << 10U);
    sizes.push_back((*batch)->rows());
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{30, 30, 30, 10}));
}

Generator<Flight> endless(int* made) {
  while (true) {
    ++*made;
    co_yield Flight{*made, {}, 0};
  }
}

TEST(ReadRecords, AGeneratorIsReadOnlyAsFarAsItIsAsked) {
  int made = 0;
  auto source = read_records(endless(&made), {.limits = {.batch_rows = 10}});
  EXPECT_EQ(made, 0);
  boost::asio::thread_pool workers{1};
  const auto batch = wait(workers, source.next());
  ASSERT_TRUE(batch && *batch);
  EXPECT_EQ((*batch)->rows(), 10U);
  EXPECT_EQ(made, 10);
}

TEST(ReadRecords, OwnsAnRvalueAndBorrowsAnLvalue) {
  auto owned = std::make_unique<std::vector<Flight>>(2);
  auto owner = read_records(std::move(*owned));
  owned.reset();
  EXPECT_EQ(test::read_all(owner)->size(), 2U);

  std::vector<Flight> borrowed(2);
  auto borrower = read_records(borrowed);
  borrowed[0].year = 1999;
  EXPECT_EQ(test::read_all(borrower)->at(0).at(0).second, (Value{std::int64_t{1999}}));
}

TEST(ReadRecords, ReadsAViewOfWhatItsTransformationMakes) {
  const std::vector<int> years{2013, 2014};
  auto source = read_records(years | std::views::transform([](int year) { return Flight{year, {}, 0.5}; }));
  static_assert(std::derived_from<decltype(source), ConcreteSource>);
  EXPECT_EQ(test::summary_of(source).rows, 2U);
}

}  // namespace
}  // namespace rowprint
