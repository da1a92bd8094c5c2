#include "tests/contract/store_contract.hpp"

namespace rowprint::test {
namespace {

using Demand = Precondition::Demand;

/// What is asked besides the rows.
struct Conditions {
  std::string key{};
  Precondition precondition{};
  Order order = Order::sequence;
};

Precondition demand(Demand demand, std::vector<VersionTag> tags = {}) {
  return {demand, std::move(tags)};
}

VersionTag tag_of(const Receipt& receipt) {
  return {receipt.version.number, receipt.version.fingerprint};
}

class Conditional : public StoreContract {
 protected:
  IngestRequest request(const std::string& dataset, const Conditions& conditions) {
    IngestRequest request = into(dataset, conditions.order);
    request.idempotency_key = conditions.key;
    request.precondition = conditions.precondition;
    return request;
  }
  Result<Receipt> push_if(const std::string& dataset, std::vector<Row> rows, const Conditions& conditions) {
    RowsSource source(std::move(rows), 7);
    return run(ingestor().ingest(request(dataset, conditions), static_cast<Source&>(source)));
  }
  Result<Receipt> push_concrete_if(const std::string& dataset, std::vector<Row> rows, const Conditions& conditions) {
    RowsSource source(std::move(rows), 7);
    return run(ingestor().ingest(request(dataset, conditions), static_cast<ConcreteSource&>(source)));
  }
  Result<Receipt> refer_if(const std::string& dataset, hashing::Fingerprint fingerprint, const Conditions& conditions) {
    return run(ingestor().reference(request(dataset, conditions), fingerprint));
  }
  std::size_t versions(const std::string& dataset) { return run(catalog().versions(dataset))->size(); }
  void expect_nothing_left_over() {
    EXPECT_TRUE(run(store().recover(*run(catalog().locations())))->removed.empty());
    expect_consistent();
  }
};

void expect_same(const Receipt& first, const Receipt& again) {
  EXPECT_EQ(again.ingest, first.ingest);
  EXPECT_EQ(again.version.dataset, first.version.dataset);
  EXPECT_EQ(again.version.number, first.version.number);
  EXPECT_EQ(again.version.order, first.version.order);
  EXPECT_EQ(again.version.fingerprint, first.version.fingerprint);
  EXPECT_EQ(again.version.ingest, first.version.ingest);
  EXPECT_EQ(again.version.sealed, first.version.sealed);
  EXPECT_EQ(again.content.sequence, first.content.sequence);
  EXPECT_EQ(again.content.multiset, first.content.multiset);
  EXPECT_EQ(again.content.schema, first.content.schema);
  EXPECT_EQ(again.content.rows, first.content.rows);
  EXPECT_EQ(again.content.stored_bytes, first.content.stored_bytes);
  EXPECT_EQ(again.rows_received, first.rows_received);
  EXPECT_EQ(again.rows_stored, first.rows_stored);
  EXPECT_EQ(again.rows_quarantined, first.rows_quarantined);
  EXPECT_EQ(again.bytes_received, first.bytes_received);
  EXPECT_EQ(again.reused, first.reused);
  EXPECT_EQ(again.started, first.started);
}

TEST_P(Conditional, AKeyThatComesAgainGivesTheFirstReceiptAndPublishesNothing) {
  for (const Order order : {Order::sequence, Order::set}) {
    const std::string dataset = order == Order::set ? "sets" : "sequences";
    const Conditions conditions{"k", {}, order};
    const auto first = push_if(dataset, few_rows(), conditions);
    ASSERT_TRUE(first) << first.error().text();
    EXPECT_FALSE(first->replayed);
    // What came to be known of the content since is not part of it.
    push("elsewhere", few_rows(), Order::set);
    for (const auto& again :
         {push_if(dataset, few_rows(), conditions), push_concrete_if(dataset, few_rows(), conditions),
          refer_if(dataset, first->version.fingerprint, conditions)}) {
      ASSERT_TRUE(again) << again.error().text();
      EXPECT_TRUE(again->replayed);
      expect_same(*first, *again);
    }
    EXPECT_EQ(versions(dataset), 1U);
  }
  expect_nothing_left_over();
}

TEST_P(Conditional, AKeyOfOtherRowsIsRefusedAndPublishesNothing) {
  ASSERT_TRUE(push_if("d", few_rows(1), {"k"}));
  const Receipt other = push("other", few_rows(5));
  for (const auto& refused : {push_if("d", few_rows(2), {"k"}), push_concrete_if("d", few_rows(2), {"k"}),
                              push_if("d", few_rows(1), {"k", {}, Order::set}),
                              refer_if("d", other.content.sequence, {"k"}), push_if("d", few_rows(5), {"k"})}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::key_reused) << refused.error().text();
  }
  EXPECT_EQ(versions("d"), 1U);
  expect_nothing_left_over();
}

TEST_P(Conditional, AKeyBelongsToItsDataset) {
  ASSERT_TRUE(push_if("d", few_rows(1), {"k"}));
  const auto elsewhere = push_if("e", few_rows(2), {"k"});
  ASSERT_TRUE(elsewhere) << elsewhere.error().text();
  EXPECT_FALSE(elsewhere->replayed);
  EXPECT_FALSE(push_if("d", few_rows(1), {"K"})->replayed);
  EXPECT_EQ(versions("d"), 2U);
}

TEST_P(Conditional, AKeyWhoseIngestFailedIsFree) {
  RowsSource broken(few_rows());
  broken.before_row = [](std::size_t) { return Result<void>{fail(ErrorCode::truncated, "made to fail")}; };
  ASSERT_FALSE(run(ingestor().ingest(request("d", {"k"}), static_cast<Source&>(broken))));
  ASSERT_FALSE(refer_if("d", seal(few_rows(9)).sequence, {"k"})) << "it is not published";
  const auto receipt = push_if("d", few_rows(2), {"k"});
  ASSERT_TRUE(receipt) << receipt.error().text();
  EXPECT_FALSE(receipt->replayed);
}

TEST_P(Conditional, AReceiptOutlivesItsVersion) {
  const auto first = push_if("d", few_rows(), {"k"});
  ASSERT_TRUE(run(catalog().remove("d", 0)));
  const auto again = push_if("d", few_rows(), {"k"});
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_TRUE(again->replayed);
  expect_same(*first, *again);
  EXPECT_EQ(versions("d"), 0U);
}

TEST_P(Conditional, AnIngestUnderAKeyThatIsRunningIsAConflictToTryAgain) {
  RowsSource source(few_rows());
  bool asked = false;
  source.before_row = [&](std::size_t) {
    if (!std::exchange(asked, true)) {
      const auto refused = push_if("d", few_rows(), {"k"});
      EXPECT_FALSE(refused);
      EXPECT_EQ(refused.error().code, ErrorCode::conflict);
      EXPECT_TRUE(refused.error().retryable);
      EXPECT_TRUE(push_if("e", few_rows(), {"k"})) << "of another dataset it is another key";
    }
    return Result<void>{};
  };
  const auto receipt = run(ingestor().ingest(request("d", {"k"}), static_cast<Source&>(source)));
  ASSERT_TRUE(receipt) << receipt.error().text();
  EXPECT_TRUE(asked);
  EXPECT_EQ(versions("d"), 1U);
}

TEST_P(Conditional, AVersionIsAddedOnlyToWhatWasDemanded) {
  const auto absent = demand(Demand::no_version);
  const auto present = demand(Demand::some_version);
  EXPECT_EQ(push_if("d", few_rows(1), {"", present}).error().code, ErrorCode::precondition_failed);
  const auto first = push_if("d", few_rows(1), {"", absent});
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(push_if("d", few_rows(2), {"", absent}).error().code, ErrorCode::precondition_failed);
  const auto second = push_if("d", few_rows(2), {"", present});
  ASSERT_TRUE(second) << second.error().text();

  const auto is_first = demand(Demand::latest_among_tags, {tag_of(*first)});
  EXPECT_EQ(push_if("d", few_rows(3), {"", is_first}).error().code, ErrorCode::precondition_failed);
  EXPECT_EQ(push_concrete_if("d", few_rows(1), {"", is_first}).error().code, ErrorCode::precondition_failed);
  EXPECT_EQ(refer_if("d", first->content.sequence, {"", is_first}).error().code, ErrorCode::precondition_failed);
  EXPECT_EQ(push_if("d", few_rows(3), {"", demand(Demand::latest_among_tags)}).error().code,
            ErrorCode::precondition_failed);
  EXPECT_EQ(versions("d"), 2U);
  EXPECT_TRUE(push_if("d", few_rows(3), {"", demand(Demand::latest_among_tags, {tag_of(*first), tag_of(*second)})}));
  EXPECT_EQ(versions("d"), 3U);
  expect_nothing_left_over();
}

TEST_P(Conditional, ATagIsNumberAndIdentityTogether) {
  const Receipt first = push("d", few_rows(1));
  push("d", few_rows(1));
  VersionTag tag = tag_of(first);
  EXPECT_FALSE(push_if("d", few_rows(2), {"", demand(Demand::latest_among_tags, {tag})}));
  tag.number = 2;
  EXPECT_TRUE(push_if("d", few_rows(2), {"", demand(Demand::latest_among_tags, {tag})}));
}

TEST_P(Conditional, ADatasetWhoseVersionsAreAllRemovedHasNone) {
  push("d", few_rows(1));
  ASSERT_TRUE(run(catalog().remove("d", 0)));
  EXPECT_FALSE(push_if("d", few_rows(2), {"", demand(Demand::some_version)}));
  EXPECT_TRUE(push_if("d", few_rows(2), {"", demand(Demand::no_version)}));
}

TEST_P(Conditional, APreconditionThatDoesNotHoldIsToldBeforeTheSourceIsRead) {
  RowsSource source(few_rows());
  bool read = false;
  source.before_row = [&](std::size_t) {
    read = true;
    return Result<void>{};
  };
  const auto refused =
      run(ingestor().ingest(request("d", {"", demand(Demand::some_version)}), static_cast<Source&>(source)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::precondition_failed);
  EXPECT_FALSE(read);
}

TEST_P(Conditional, APreconditionIsJudgedAgainWhenTheRowsAreThere) {
  RowsSource source(few_rows(1));
  bool overtaken = false;
  source.before_row = [&](std::size_t) {
    if (!std::exchange(overtaken, true)) {
      push("d", few_rows(7));
    }
    return Result<void>{};
  };
  const auto refused =
      run(ingestor().ingest(request("d", {"", demand(Demand::no_version)}), static_cast<Source&>(source)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::precondition_failed);
  EXPECT_EQ(versions("d"), 1U);
  expect_nothing_left_over();
}

TEST_P(Conditional, AKeyComesBeforeThePrecondition) {
  const Conditions once{"k", demand(Demand::no_version)};
  const auto first = push_if("d", few_rows(), once);
  ASSERT_TRUE(first) << first.error().text();
  const auto again = push_if("d", few_rows(), once);
  ASSERT_TRUE(again) << "a retry is not to be told that its own first attempt is in its way: " << again.error().text();
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(push_if("d", few_rows(), {"other", demand(Demand::no_version)}).error().code,
            ErrorCode::precondition_failed);
}

INSTANTIATE_TEST_SUITE_P(Stores, Conditional, ::testing::ValuesIn(registered_stores()),
                         [](const auto& registered) { return std::string{registered.param.name}; });

}  // namespace
}  // namespace rowprint::test
