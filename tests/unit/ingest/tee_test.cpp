#include "ingest/tee.hpp"

#include "ingest/wait.hpp"

#include <gtest/gtest.h>

namespace rowprint {
namespace {

/// Accepts `batches_accepted` batches, then fails.
class FailingTransaction final : public StoreTransaction {
 public:
  FailingTransaction(int batches_accepted, int& discards) : left_(batches_accepted), discards_(discards) {}

  awaitable<Result<void>> insert(const Batch&) override {
    if (left_-- > 0) {
      co_return Result<void>{};
    }
    co_return fail(ErrorCode::no_space, "full");
  }
  awaitable<Result<StoredContent>> seal(const hashing::Fingerprint&, const Schema&) override {
    co_return StoredContent{"somewhere", 1};
  }
  void discard() noexcept override { ++discards_; }

 private:
  int left_;
  int& discards_;
};

Batch batch_of_value(std::int64_t value) {
  BatchBuilder builder;
  const std::uint32_t a = *builder.column("a");
  builder.begin_row();
  builder.set(a, Cell::integer(value));
  builder.end_row();
  Batch batch = builder.take();
  EXPECT_TRUE(batch.encode(1U << 20U));
  return batch;
}

hashing::Fingerprint fingerprint_of(const std::vector<std::int64_t>& values) {
  RowHash hash{Schema{}, std::nullopt};
  for (const std::int64_t value : values) {
    EXPECT_TRUE(hash.add(batch_of_value(value)));
  }
  return hash.summary()->sequence;
}

TEST(Tee, HashesWhatTheStoreAcceptedAndNothingElse) {
  boost::asio::thread_pool workers{1};
  int discards = 0;
  Tee tee{std::make_unique<FailingTransaction>(2, discards), RowHash{Schema{}, std::nullopt}};
  const Batch one = batch_of_value(1);
  const Batch two = batch_of_value(2);
  const Batch three = batch_of_value(3);
  EXPECT_TRUE(wait(workers, tee.insert(one)));
  EXPECT_TRUE(wait(workers, tee.insert(two)));
  const auto refused = wait(workers, tee.insert(three));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::no_space);
  EXPECT_EQ(tee.rows(), 2U);
  EXPECT_EQ(tee.summary()->sequence, fingerprint_of({1, 2}));
  tee.discard();
  EXPECT_EQ(discards, 1);
}

TEST(RowHash, SetHasBothFingerprintsAndOnlyOneDependsOnOrder) {
  const auto summary_of = [](const std::vector<std::int64_t>& values) {
    RowHash hash{Schema{}, hashing::MultisetHash{}};
    for (const std::int64_t value : values) {
      EXPECT_TRUE(hash.add(batch_of_value(value)));
    }
    return *hash.summary();
  };
  const auto there = summary_of({1, 2, 3});
  const auto back = summary_of({3, 2, 1});
  EXPECT_EQ(there.multiset, back.multiset);
  EXPECT_NE(there.sequence, back.sequence);
  EXPECT_EQ(there.identity(), *there.multiset);
  EXPECT_EQ(there.identity().kind, hashing::Fingerprint::Kind::multiset);
}

}  // namespace
}  // namespace rowprint
