#include "daemon/guarded_source.hpp"

#include "ingest/wait.hpp"
#include "tests/support/rows_source.hpp"
#include "tests/unit/daemon/metered_disk.hpp"

#include <gtest/gtest.h>
#include <boost/asio/thread_pool.hpp>

namespace rowprint::daemon {
namespace {

/// Twenty rows without columns, of which each says that it begins eleven bytes behind the one before.
class TextSource final : public Source {
 public:
  explicit TextSource(BatchBuilder::Limits limits) : builder_(limits) {}
  awaitable<Result<std::optional<Batch>>> next() override {
    while (builder_.next_row() <= 20 && !builder_.batch_full()) {
      const std::uint64_t offset = 11 * (builder_.next_row() - 1);
      builder_.begin_row();
      builder_.end_row(offset);
    }
    co_return builder_.rows() == 0 ? std::optional<Batch>{} : std::optional<Batch>{builder_.take()};
  }

 private:
  BatchBuilder builder_;
};

class GuardedSourceTest : public testing::Test {
 protected:
  /// The rows that come through, or the error that ends them.
  Result<std::vector<test::Row>> read(std::vector<test::Row> rows) {
    test::RowsSource inner{std::move(rows), 3};
    const Admission admission{disk, "/data", limits};
    GuardedSource guarded{inner, admission, limits.ingest_rows, limits.nesting};
    return wait(workers, test::drain(guarded));
  }

  static std::vector<test::Row> rows(std::size_t count) {
    return std::vector<test::Row>(count, test::Row{{"n", Value{std::int64_t{1}}}});
  }
  /// A value in so many lists.
  static Value nested(std::size_t depth) {
    Value value{std::int64_t{1}};
    for (std::size_t i = 0; i < depth; ++i) {
      value = Value{List{{Value{std::string{"beside"}}, std::move(value), Value{List{}}}}};
    }
    return value;
  }

  MeteredDisk disk;
  config::Limits limits;
  boost::asio::thread_pool workers{1};
};

TEST_F(GuardedSourceTest, RowsWithinTheBoundsComeThrough) {
  limits.ingest_rows = 10;
  const auto read_rows = read(rows(10));
  ASSERT_TRUE(read_rows);
  EXPECT_EQ(*read_rows, rows(10));
}

TEST_F(GuardedSourceTest, RowPastTheBoundIsNamed) {
  limits.ingest_rows = 10;
  const auto refused = read(rows(11));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refused.error().row, 11U);
  EXPECT_FALSE(refused.error().offset) << "these rows are no bytes";
}

TEST_F(GuardedSourceTest, RowPastTheBoundIsNamedWithWhereItBeginsWhereverInItsBatch) {
  for (const std::size_t batch_rows : {1, 3, 4, 10, 100}) {
    BatchBuilder::Limits batches;
    batches.batch_rows = batch_rows;
    TextSource inner{batches};
    const Admission admission{disk, "/data", limits};
    GuardedSource guarded{inner, admission, 10};
    const auto refused = wait(workers, test::drain(guarded));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().row, 11U);
    EXPECT_EQ(refused.error().offset, 110U);
  }
}

TEST_F(GuardedSourceTest, ZeroRowsIsNoBound) {
  limits.ingest_rows = 0;
  EXPECT_TRUE(read(rows(100)));
}

TEST_F(GuardedSourceTest, NestingPastTheBoundIsNamedWithRowAndColumn) {
  limits.nesting = 3;
  std::vector<test::Row> given = rows(4);
  given.push_back({{"n", Value{std::int64_t{1}}}, {"deep", nested(2)}});
  ASSERT_TRUE(read(given)) << "two lists, and an empty one inside of the inner";
  given.push_back({{"deep", nested(3)}});
  const auto refused = read(given);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refused.error().row, 6U);
  EXPECT_EQ(refused.error().column, "deep");
}

TEST_F(GuardedSourceTest, MapsNestAsListsDo) {
  limits.nesting = 2;
  const Value two{Map{{{"a", Value{Map{{{"b", Value{std::int64_t{1}}}}}}}, {"c", Value{std::int64_t{1}}}}}};
  EXPECT_TRUE(read({{{"deep", two}}}));
  EXPECT_FALSE(read({{{"deep", Value{Map{{{"d", two}}}}}}}));
}

TEST_F(GuardedSourceTest, DiskThatFillsUpEndsTheRows) {
  limits.disk_reserve = 1000;
  test::RowsSource inner{rows(100), 3};
  const Admission admission{disk, "/data", limits};
  GuardedSource guarded{inner, admission, limits.ingest_rows};
  ASSERT_TRUE(wait(workers, guarded.next()));
  disk.room = 999;
  const auto refused = wait(workers, guarded.next());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::no_space);
}

}  // namespace
}  // namespace rowprint::daemon
