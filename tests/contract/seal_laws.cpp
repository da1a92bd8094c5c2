#include "tests/contract/store_contract.hpp"

#include <algorithm>

namespace rowprint::test {
namespace {

Error made_to_fail() {
  Error error;
  error.code = ErrorCode::truncated;
  error.reason = "made to fail";
  return error;
}

TEST_P(StoreContract, WhatIsSealedIsInNoCatalogUntilPublished) {
  const Content sealed = seal(few_rows());
  EXPECT_TRUE(run(catalog().datasets())->empty());
  EXPECT_TRUE(run(catalog().locations())->empty());
  EXPECT_FALSE(run(catalog().find_content(sealed.sequence))->has_value());
  const auto alias = run(catalog().alias({"d", Order::sequence, new_ingest_id()}, sealed.sequence));
  ASSERT_FALSE(alias);
  EXPECT_EQ(alias.error().code, ErrorCode::not_found);
}

TEST_P(StoreContract, WhatIsSealedAndNotPublishedIsRemovedByRecovery) {
  const Content kept = push("d", few_rows(1)).content;
  const Content unknown = seal(few_rows(5));
  const auto recovery = run(store().recover(*run(catalog().locations())));
  ASSERT_TRUE(recovery) << recovery.error().text();
  EXPECT_EQ(recovery->removed.size(), 1U);
  EXPECT_TRUE(recovery->missing.empty());
  EXPECT_EQ(read(unknown).error().code, ErrorCode::not_found);
  EXPECT_TRUE(read(kept));
  EXPECT_TRUE(run(store().recover(*run(catalog().locations())))->removed.empty());
}

TEST_P(StoreContract, RecoveryNamesAContentThatIsGone) {
  const Content content = push("d", few_rows()).content;
  ASSERT_TRUE(run(store().remove(content.location)));
  const auto recovery = run(store().recover(*run(catalog().locations())));
  ASSERT_TRUE(recovery) << recovery.error().text();
  EXPECT_EQ(recovery->missing, std::vector<std::string>{content.location});
  EXPECT_EQ(read(content).error().code, ErrorCode::not_found);
}

TEST_P(StoreContract, DiscardLeavesNothing) {
  auto transaction = run(store().begin({new_ingest_id(), 1U << 20U}));
  ASSERT_TRUE(transaction);
  RowsSource source(few_rows());
  auto batch = run(source.next());
  ASSERT_TRUE((**batch).encode(1U << 20U));
  ASSERT_TRUE(run((*transaction)->insert(**batch)));
  (*transaction)->discard();
  (*transaction)->discard();
  EXPECT_TRUE(run(store().recover({}))->removed.empty());
}

TEST_P(StoreContract, DestroyingAnUnsealedTransactionDiscardsIt) {
  {
    auto transaction = run(store().begin({new_ingest_id(), 1U << 20U}));
    ASSERT_TRUE(transaction);
    RowsSource source(few_rows());
    auto batch = run(source.next());
    ASSERT_TRUE((**batch).encode(1U << 20U));
    ASSERT_TRUE(run((*transaction)->insert(**batch)));
  }
  EXPECT_TRUE(run(store().recover({}))->removed.empty());
}

TEST_P(StoreContract, DestroyingASealedTransactionKeepsIt) {
  const Content sealed = seal(few_rows());
  EXPECT_TRUE(read(sealed));
}

TEST_P(StoreContract, AnIngestWhoseSourceFailsLeavesNothing) {
  RowsSource source(few_rows());
  source.before_row = [](std::size_t index) {
    return index == 1 ? Result<void>{fail(made_to_fail())} : Result<void>{};
  };
  const auto receipt = run(ingestor().ingest(into("d"), static_cast<Source&>(source)));
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().code, ErrorCode::truncated);
  EXPECT_TRUE(run(catalog().datasets())->empty());
  EXPECT_TRUE(run(store().recover({}))->removed.empty());
}

TEST_P(StoreContract, AnIngestThatWasExpectedToDifferPublishesNothing) {
  const Receipt other = push("other", few_rows(7));
  RowsSource source(few_rows(1));
  IngestRequest request = into("d");
  request.expect = other.content.sequence;
  const auto receipt = run(ingestor().ingest(std::move(request), static_cast<Source&>(source)));
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().code, ErrorCode::conflict);
  EXPECT_TRUE(run(catalog().versions("d"))->empty());
  EXPECT_TRUE(run(store().recover(*run(catalog().locations())))->removed.empty());
}

TEST_P(StoreContract, LocationsNeverRepeat) {
  const Content first = seal(few_rows());
  const Content second = seal(few_rows());
  EXPECT_EQ(first.sequence, second.sequence);
  EXPECT_NE(first.location, second.location);
  const Content published = push("d", few_rows()).content;
  ASSERT_TRUE(run(catalog().remove("d", 1)));
  ASSERT_TRUE(run(store().remove(published.location)));
  EXPECT_NE(push("d", few_rows()).content.location, published.location);
}

TEST_P(StoreContract, RemovingWhatIsNotThereIsNoError) {
  const Content content = seal(few_rows());
  EXPECT_TRUE(run(store().remove(content.location)));
  EXPECT_TRUE(run(store().remove(content.location)));
}

TEST_P(StoreContract, AReaderGoesOnUndisturbedByRemoval) {
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < 20'000; ++i) {
    rows.push_back({{"id", {i}}, {"text", {std::string(40, 'x')}}});
  }
  const Content content = push("d", rows).content;
  auto reader = run(store().read(content));
  ASSERT_TRUE(reader);
  auto first = run((*reader)->next());
  ASSERT_TRUE(first && *first);
  std::vector<Row> got = to_rows(**first);
  ASSERT_LT(got.size(), rows.size());

  ASSERT_EQ(run(catalog().remove("d", 0))->locations, std::vector<std::string>{content.location});
  ASSERT_TRUE(run(store().remove(content.location)));

  auto rest = run(drain(**reader));
  ASSERT_TRUE(rest) << rest.error().text();
  got.insert(got.end(), rest->begin(), rest->end());
  EXPECT_EQ(difference(rows, content.schema, got), "");
  EXPECT_EQ(read(content).error().code, ErrorCode::not_found);
}

TEST_P(StoreContract, TamperedRowsAreFound) {
  const Content content = push("d", few_rows()).content;
  EXPECT_TRUE(verify_content(content)->agrees);
  contracted().tamper(content);
  const auto verification = verify_content(content);
  // Either the store sees that this is not what it wrote, or the fingerprint does.
  EXPECT_TRUE(verification ? !verification->agrees : verification.error().code == ErrorCode::corrupt)
      << (verification ? "verify agreed" : verification.error().text());
}

}  // namespace
}  // namespace rowprint::test
