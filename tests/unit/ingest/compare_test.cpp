#include "ingest/compare.hpp"

#include "ingest/ingestor.hpp"
#include "ingest/wait.hpp"
#include "store/memory/memory_catalog.hpp"
#include "store/memory/memory_store.hpp"
#include "tests/support/crashing_disk.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/faulty_disk.hpp"
#include "tests/support/rows_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace rowprint {
namespace {

using test::Row;
using test::RowsSource;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Row row(std::int64_t id, std::string name) {
  return {{"id", {id}}, {"name", {std::move(name)}}};
}

std::vector<Row> three_rows() {
  return {row(1, "one"), row(2, "two"), row(3, "three")};
}

std::vector<Row> many_rows(std::int64_t count) {
  std::vector<Row> rows;
  for (std::int64_t id = 1; id <= count; ++id) {
    rows.push_back(row(id, "row " + std::to_string(id)));
  }
  return rows;
}

/// The row's pairs in the order that a report gives them.
Value as_map(const Row& row) {
  return Value{Map{row}};
}

class Compare : public ::testing::Test {
 protected:
  Content stored(std::vector<Row> rows, Order order) {
    MemoryBudget budget{64U << 20U};
    IngestLimits limits;
    limits.sort_bytes = 1U << 20U;
    Ingestor ingestor{store_, catalog_, budget, disk_, "spill", workers_.get_executor(), limits};
    RowsSource source{std::move(rows), 100};
    IngestRequest request;
    request.dataset = "d";
    request.order = order;
    const auto receipt = wait(workers_, ingestor.ingest(std::move(request), static_cast<Source&>(source)));
    EXPECT_TRUE(receipt) << receipt.error().text();
    return receipt ? receipt->content : Content{};
  }

  Result<Comparison> report(const Content& content, Order order, std::vector<Row> rows, ReadAgain read_again = {}) {
    RowsSource source{std::move(rows), 7};
    return wait(workers_, compare_with_report(store_, faulty_, content, order, source, limits_, std::move(read_again),
                                              progress_));
  }
  /// The source can be read twice.
  Result<Comparison> report_again(const Content& content, Order order, std::vector<Row> rows) {
    const ReadAgain read_again = [rows]() -> awaitable<Result<std::unique_ptr<Source>>> {
      co_return std::make_unique<RowsSource>(rows);
    };
    return report(content, order, rows, read_again);
  }
  Result<Comparison> plain(const Content& content, Order order, std::vector<Row> rows) {
    RowsSource source{std::move(rows), 7};
    return wait(workers_, compare(faulty_, content, order, source, limits_, progress_));
  }
  void expect_no_spill_left() {
    const auto names = disk_.list("spill");
    ASSERT_TRUE(names) << names.error().text();
    EXPECT_THAT(*names, IsEmpty());
  }
  void SetUp() override {
    ASSERT_TRUE(disk_.make_directory("spill"));
    limits_.spill_directory = "spill";
  }

  boost::asio::thread_pool workers_{2};
  test::CrashingDisk disk_;
  test::FaultyDisk faulty_{disk_};
  MemoryStore store_;
  MemoryCatalog catalog_;
  CompareLimits limits_;
  std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
};

TEST_F(Compare, TheSameRowsAgree) {
  for (const Order order : {Order::sequence, Order::set}) {
    const Content content = stored(three_rows(), order);
    const auto comparison = report(content, order, three_rows());
    ASSERT_TRUE(comparison) << comparison.error().text();
    EXPECT_TRUE(comparison->agrees);
    EXPECT_EQ(comparison->fingerprint, order == Order::set ? *content.multiset : content.sequence);
    EXPECT_EQ(comparison->rows, 3U);
    EXPECT_EQ(comparison->schema, content.schema);
    EXPECT_EQ(comparison->difference, "");
    EXPECT_THAT(comparison->report, IsEmpty());
    EXPECT_EQ(comparison->rows_differing, 0U);
  }
}

TEST_F(Compare, WithoutAReportTheAnswerIsTheSame) {
  const std::vector<std::vector<Row>> sources = {three_rows(),
                                                 {row(1, "one"), row(2, "TWO"), row(3, "three")},
                                                 {row(3, "three"), row(2, "two"), row(1, "one")},
                                                 {}};
  for (const Order order : {Order::sequence, Order::set}) {
    const Content content = stored(three_rows(), order);
    for (const std::vector<Row>& rows : sources) {
      const auto with = report(content, order, rows);
      const auto without = plain(content, order, rows);
      ASSERT_TRUE(with && without);
      EXPECT_EQ(without->agrees, with->agrees);
      EXPECT_EQ(without->fingerprint, with->fingerprint);
      EXPECT_EQ(without->rows, with->rows);
      EXPECT_EQ(without->difference.empty(), with->difference.empty());
      EXPECT_THAT(without->report, IsEmpty());
    }
  }
}

TEST_F(Compare, ASequenceNamesRowColumnAndBothValuesOfAChangedCell) {
  const Content content = stored(three_rows(), Order::sequence);
  const auto comparison = report(content, Order::sequence, {row(1, "one"), row(2, "TWO"), row(3, "three")});
  ASSERT_TRUE(comparison) << comparison.error().text();
  EXPECT_FALSE(comparison->agrees);
  EXPECT_EQ(comparison->difference, "1 row differs: row 2");
  ASSERT_THAT(comparison->report, SizeIs(1));
  const Difference& item = comparison->report.front();
  EXPECT_EQ(item.kind, Difference::Kind::changed);
  EXPECT_EQ(item.row, 2U);
  EXPECT_EQ(item.column, "name");
  EXPECT_EQ(item.source, Value{std::string{"TWO"}});
  EXPECT_EQ(item.stored, Value{std::string{"two"}});
}

TEST_F(Compare, ANullIsAValueOfARowThatIsThere) {
  const Content content = stored(three_rows(), Order::sequence);
  const auto comparison =
      report(content, Order::sequence, {row(1, "one"), {{"id", {std::int64_t{2}}}}, row(3, "three")});
  ASSERT_TRUE(comparison) << comparison.error().text();
  ASSERT_THAT(comparison->report, SizeIs(1));
  EXPECT_EQ(comparison->report.front().source, Value{Null{}});
  EXPECT_EQ(comparison->report.front().stored, Value{std::string{"two"}});
}

TEST_F(Compare, ASetShowsTheRowsOfBothSidesOfAChangedCell) {
  const Content content = stored(three_rows(), Order::set);
  const auto comparison = report_again(content, Order::set, {row(3, "three"), row(2, "TWO"), row(1, "one")});
  ASSERT_TRUE(comparison) << comparison.error().text();
  EXPECT_FALSE(comparison->agrees);
  EXPECT_EQ(comparison->difference, "2 rows differ");
  ASSERT_THAT(comparison->report, SizeIs(2));
  for (const Difference& item : comparison->report) {
    EXPECT_EQ(item.row, 2U);
    EXPECT_EQ(item.count, 1U);
    EXPECT_EQ(item.source,
              item.kind == Difference::Kind::only_source ? std::optional{as_map(row(2, "TWO"))} : std::nullopt);
    EXPECT_EQ(item.stored,
              item.kind == Difference::Kind::only_stored ? std::optional{as_map(row(2, "two"))} : std::nullopt);
  }
  EXPECT_NE(comparison->report[0].kind, comparison->report[1].kind);
}

TEST_F(Compare, WhereTheSourceIsReadOnceItsRowsAreCountedOnly) {
  const Content content = stored(three_rows(), Order::set);
  std::vector<Row> rows = three_rows();
  rows.insert(rows.end(), 2, row(4, "four"));
  const auto comparison = report(content, Order::set, rows);
  ASSERT_TRUE(comparison) << comparison.error().text();
  EXPECT_EQ(comparison->difference, "the source has 5 rows, stored are 3");
  ASSERT_THAT(comparison->report, SizeIs(1));
  EXPECT_EQ(comparison->report.front().kind, Difference::Kind::only_source);
  EXPECT_EQ(comparison->report.front().count, 2U);
  EXPECT_EQ(comparison->report.front().row, std::nullopt);
  EXPECT_EQ(comparison->report.front().source, std::nullopt);
}

TEST_F(Compare, ARowThatTheSecondReadDoesNotHaveKeepsItsItem) {
  const Content content = stored(three_rows(), Order::set);
  const ReadAgain read_again = []() -> awaitable<Result<std::unique_ptr<Source>>> {
    co_return std::make_unique<RowsSource>(three_rows());
  };
  std::vector<Row> rows = three_rows();
  rows.push_back(row(4, "four"));
  const auto comparison = report(content, Order::set, rows, read_again);
  ASSERT_TRUE(comparison) << comparison.error().text();
  ASSERT_THAT(comparison->report, SizeIs(1));
  EXPECT_EQ(comparison->report.front().row, std::nullopt);
  EXPECT_EQ(comparison->report.front().source, std::nullopt);
}

TEST_F(Compare, SwappedRowsDifferInASequenceAndNotInASet) {
  const std::vector<Row> swapped = {row(2, "two"), row(1, "one"), row(3, "three")};
  const auto sequence = report(stored(three_rows(), Order::sequence), Order::sequence, swapped);
  const auto set = report_again(stored(three_rows(), Order::set), Order::set, swapped);
  ASSERT_TRUE(sequence && set);
  EXPECT_FALSE(sequence->agrees);
  EXPECT_EQ(sequence->difference, "2 rows differ, the first is row 1");
  EXPECT_THAT(sequence->report, SizeIs(4));
  EXPECT_TRUE(set->agrees);
  EXPECT_THAT(set->report, IsEmpty());
}

TEST_F(Compare, RowsAtTheEndOfOneSequenceAreOnThatSideOnly) {
  const Content content = stored(many_rows(20), Order::sequence);
  const auto longer = report(content, Order::sequence, many_rows(22));
  const auto shorter = report(content, Order::sequence, many_rows(17));
  ASSERT_TRUE(longer && shorter);
  EXPECT_EQ(longer->difference, "the source has 22 rows, stored are 20");
  ASSERT_THAT(longer->report, SizeIs(2));
  EXPECT_EQ(longer->report[0].kind, Difference::Kind::only_source);
  EXPECT_EQ(longer->report[0].row, 21U);
  EXPECT_EQ(longer->report[0].source, as_map(row(21, "row 21")));
  EXPECT_EQ(shorter->difference, "the source has 17 rows, stored are 20");
  ASSERT_THAT(shorter->report, SizeIs(3));
  EXPECT_EQ(shorter->report[2].kind, Difference::Kind::only_stored);
  EXPECT_EQ(shorter->report[2].row, 20U);
  EXPECT_EQ(shorter->report[2].stored, as_map(row(20, "row 20")));
}

TEST_F(Compare, ASetCountsRepeatedRows) {
  std::vector<Row> repeated = three_rows();
  repeated.insert(repeated.end(), 4, row(2, "two"));
  const auto fewer = report(stored(repeated, Order::set), Order::set, three_rows());
  ASSERT_TRUE(fewer) << fewer.error().text();
  EXPECT_FALSE(fewer->agrees);
  ASSERT_THAT(fewer->report, SizeIs(1));
  EXPECT_EQ(fewer->report.front().kind, Difference::Kind::only_stored);
  EXPECT_EQ(fewer->report.front().count, 4U);
  EXPECT_EQ(fewer->report.front().row, 2U);
  EXPECT_EQ(fewer->report.front().stored, as_map(row(2, "two")));
  EXPECT_EQ(fewer->rows_differing, 4U);
}

TEST_F(Compare, ATypeAloneIsADifferenceOfTheColumnAndOfNoRow) {
  for (const Order order : {Order::sequence, Order::set}) {
    const Content content = stored({{{"x", {std::int64_t{1}}}}, {{"x", {std::int64_t{2}}}}}, order);
    const auto comparison = report_again(content, order, {{{"x", {1.0}}}, {{"x", {2.0}}}});
    ASSERT_TRUE(comparison) << comparison.error().text();
    EXPECT_FALSE(comparison->agrees);
    EXPECT_EQ(comparison->difference, "column \"x\" is float in the source, stored is int");
    ASSERT_THAT(comparison->report, SizeIs(1));
    EXPECT_EQ(comparison->report.front().kind, Difference::Kind::column);
    EXPECT_EQ(comparison->report.front().column, "x");
    EXPECT_EQ(comparison->report.front().source, Value{std::string{"float"}});
    EXPECT_EQ(comparison->report.front().stored, Value{std::string{"int"}});
    EXPECT_EQ(comparison->rows_differing, 0U);
  }
}

TEST_F(Compare, AColumnOfOneSideIsNamedBeforeItsValues) {
  const std::vector<Row> wide = {{{"id", {std::int64_t{1}}}, {"note", {std::string{"n"}}}}};
  const std::vector<Row> narrow = {{{"id", {std::int64_t{1}}}}};
  const auto added = report(stored(narrow, Order::sequence), Order::sequence, wide);
  const auto removed = report(stored(wide, Order::sequence), Order::sequence, narrow);
  ASSERT_TRUE(added && removed);
  EXPECT_EQ(added->difference, "column \"note\" (text) is in the source only");
  ASSERT_THAT(added->report, SizeIs(2));
  EXPECT_EQ(added->report[0].kind, Difference::Kind::column);
  EXPECT_EQ(added->report[0].stored, std::nullopt);
  EXPECT_EQ(added->report[1].kind, Difference::Kind::changed);
  EXPECT_EQ(added->report[1].source, Value{std::string{"n"}});
  EXPECT_EQ(added->report[1].stored, Value{Null{}});
  EXPECT_EQ(removed->difference, "column \"note\" (text) is stored, the source does not have it");
  ASSERT_THAT(removed->report, SizeIs(2));
  EXPECT_EQ(removed->report[0].source, std::nullopt);
  EXPECT_EQ(removed->report[1].source, Value{Null{}});
  EXPECT_EQ(removed->report[1].stored, Value{std::string{"n"}});
}

TEST_F(Compare, TheOrderOfColumnsIsNoDifference) {
  const Content content = stored({{{"a", {std::int64_t{1}}}, {"b", {true}}}}, Order::sequence);
  const auto comparison = report(content, Order::sequence, {{{"b", {true}}, {"a", {std::int64_t{1}}}}});
  ASSERT_TRUE(comparison) << comparison.error().text();
  EXPECT_TRUE(comparison->agrees);
  EXPECT_THAT(comparison->report, IsEmpty());
}

TEST_F(Compare, AReportEndsAtItsItemsAndCountingDoesNot) {
  std::vector<Row> others;
  for (std::int64_t id = 1; id <= 250; ++id) {
    others.push_back(row(id, "other"));
  }
  const auto sequence = report(stored(many_rows(250), Order::sequence), Order::sequence, others);
  const auto set = report_again(stored(many_rows(250), Order::set), Order::set, others);
  ASSERT_TRUE(sequence && set);
  EXPECT_THAT(sequence->report, SizeIs(100));
  EXPECT_EQ(sequence->rows_differing, 250U);
  EXPECT_THAT(set->report, SizeIs(100));
  EXPECT_EQ(set->rows_differing, 500U);
  for (const Difference& item : set->report) {
    EXPECT_TRUE(item.row);
    EXPECT_NE(item.source.has_value(), item.stored.has_value());
  }
}

TEST_F(Compare, AReportEndsAtItsBytesAndKeepsTheItems) {
  limits_.report_bytes_max = 1600;
  const std::string long_text(101, 'x');
  const std::string short_text(80, 'y');
  const Content content = stored(three_rows(), Order::sequence);
  const auto too_long = report(content, Order::sequence, {row(1, long_text), row(2, short_text), row(3, "three")});
  ASSERT_TRUE(too_long) << too_long.error().text();
  ASSERT_THAT(too_long->report, SizeIs(2));
  EXPECT_EQ(too_long->report[0].source, std::nullopt);
  EXPECT_EQ(too_long->report[0].stored, Value{std::string{"one"}});
  EXPECT_EQ(too_long->report[1].source, Value{short_text});

  std::vector<Row> others;
  for (std::int64_t id = 1; id <= 50; ++id) {
    others.push_back(row(id, short_text));
  }
  const auto too_many = report(stored(many_rows(50), Order::sequence), Order::sequence, others);
  ASSERT_TRUE(too_many) << too_many.error().text();
  EXPECT_THAT(too_many->report, SizeIs(50));
  EXPECT_TRUE(too_many->report.front().source);
  EXPECT_FALSE(too_many->report.back().source);
}

TEST_F(Compare, ASetIsComparedThroughSpilledRuns) {
  limits_.sort_bytes = 2U << 20U;  // 1 MiB a side: 23,000 digests
  constexpr std::int64_t kRows = 60'000;
  const Content content = stored(many_rows(kRows), Order::set);
  std::vector<Row> rows = many_rows(kRows);
  std::ranges::reverse(rows);
  const auto equal = report(content, Order::set, rows);
  ASSERT_TRUE(equal) << equal.error().text();
  EXPECT_TRUE(equal->agrees);
  EXPECT_THAT(equal->report, IsEmpty());

  faulty_.fail_at(1U << 30U, test::Fault::io);
  rows[100] = row(-1, "changed");
  rows.push_back(rows[5]);
  const auto differing = report_again(content, Order::set, rows);
  ASSERT_TRUE(differing) << differing.error().text();
  EXPECT_GT(faulty_.operations(), 10U) << "nothing was spilled";
  EXPECT_FALSE(differing->agrees);
  EXPECT_EQ(differing->rows_differing, 3U);
  ASSERT_THAT(differing->report, SizeIs(3));
  EXPECT_EQ(differing->report[0].row, 6U);
  EXPECT_EQ(differing->report[0].source, as_map(rows[5]));
  EXPECT_EQ(differing->report[1].row, 101U);
  EXPECT_EQ(differing->report[1].source, as_map(row(-1, "changed")));
  EXPECT_EQ(differing->report[2].row, static_cast<std::uint64_t>(kRows - 100));
  EXPECT_EQ(differing->report[2].kind, Difference::Kind::only_stored);
  expect_no_spill_left();
}

TEST_F(Compare, AFaultOfSpillingIsAnErrorAndNoAnswer) {
  limits_.sort_bytes = 2U << 20U;
  const std::vector<Row> rows = many_rows(60'000);
  const Content content = stored(rows, Order::set);
  faulty_.fail_at(1U << 30U, test::Fault::io);
  ASSERT_TRUE(report(content, Order::set, rows));
  const std::uint64_t operations = faulty_.operations();
  ASSERT_GT(operations, 10U);
  for (std::uint64_t failing = 1; failing <= operations;
       failing += failing < test::effort(8) ? 1 : operations / test::effort(12)) {
    faulty_.fail_at(failing, test::Fault::io);
    const auto comparison = report(content, Order::set, rows);
    if (faulty_.has_struck() && !faulty_.struck_operation().starts_with("remove")) {
      ASSERT_FALSE(comparison) << faulty_.struck_operation();
      EXPECT_EQ(comparison.error().code, ErrorCode::io);
    }
  }
}

TEST_F(Compare, AnErrorOfTheSourceIsTheAnswer) {
  for (const Order order : {Order::sequence, Order::set}) {
    const Content content = stored(many_rows(30), order);
    RowsSource source{many_rows(30), 7};
    source.before_row = [](std::size_t index) -> Result<void> {
      return index == 20 ? Result<void>{fail(ErrorCode::unavailable, "gone")} : Result<void>{};
    };
    const auto comparison =
        wait(workers_, compare_with_report(store_, disk_, content, order, source, limits_, {}, progress_));
    ASSERT_FALSE(comparison);
    EXPECT_EQ(comparison.error().code, ErrorCode::unavailable);
  }
}

TEST_F(Compare, ACancelledOneEndsAsCancelled) {
  for (const Order order : {Order::sequence, Order::set}) {
    const Content content = stored(three_rows(), order);
    progress_->cancel = true;
    const auto comparison = report(content, order, three_rows());
    ASSERT_FALSE(comparison);
    EXPECT_EQ(comparison.error().code, ErrorCode::cancelled);
    progress_->cancel = false;
  }
}

TEST_F(Compare, ASequenceIsNotComparedAsASet) {
  const Content content = stored(three_rows(), Order::sequence);
  const auto comparison = plain(content, Order::set, three_rows());
  ASSERT_FALSE(comparison);
  EXPECT_EQ(comparison.error().code, ErrorCode::bad_input);
}

}  // namespace
}  // namespace rowprint
