#include "tests/contract/store_contract.hpp"

#include <algorithm>

namespace rowprint::test {
namespace {

std::vector<std::uint64_t> numbers(const std::vector<Published>& versions) {
  std::vector<std::uint64_t> all;
  for (const Published& published : versions) {
    all.push_back(published.version.number);
  }
  return all;
}

using Numbers = std::vector<std::uint64_t>;

TEST_P(StoreContract, APushIsAVersionWithItsContent) {
  const Receipt receipt = push("d", few_rows());
  EXPECT_EQ(receipt.version.dataset, "d");
  EXPECT_EQ(receipt.version.number, 1U);
  EXPECT_EQ(receipt.version.fingerprint, receipt.content.sequence);
  EXPECT_EQ(receipt.version.ingest, receipt.ingest);
  EXPECT_FALSE(receipt.reused);
  EXPECT_EQ(receipt.rows_received, 2U);
  EXPECT_EQ(receipt.rows_stored, 2U);

  const auto published = run(catalog().version("d", 1));
  ASSERT_TRUE(published);
  EXPECT_EQ(published->version.fingerprint, receipt.version.fingerprint);
  EXPECT_EQ(published->version.ingest, receipt.ingest);
  EXPECT_EQ(published->version.sealed, receipt.version.sealed);
  EXPECT_EQ(published->content.schema, receipt.content.schema);
  EXPECT_EQ(published->content.rows, 2U);
  EXPECT_EQ(published->content.location, receipt.content.location);
  EXPECT_EQ(published->content.stored_bytes, receipt.content.stored_bytes);
  EXPECT_EQ(published->content.hash_state, receipt.content.hash_state);
  EXPECT_EQ(published->content.inference_state, receipt.content.inference_state);
  expect_consistent();
}

TEST_P(StoreContract, TheSameRowsAgainAreReusedAndNothingIsStored) {
  const Receipt first = push("d", few_rows());
  const Receipt second = push("d", few_rows());
  const Receipt elsewhere = push("e", few_rows());
  EXPECT_TRUE(second.reused);
  EXPECT_TRUE(elsewhere.reused);
  EXPECT_EQ(second.version.number, 2U);
  EXPECT_EQ(elsewhere.version.number, 1U);
  EXPECT_EQ(second.content.location, first.content.location);
  EXPECT_EQ(elsewhere.content.location, first.content.location);
  EXPECT_TRUE(run(store().recover(*run(catalog().locations())))->removed.empty());
  expect_consistent();
}

TEST_P(StoreContract, ConcreteInputThatIsThereIsNotReadIntoTheStore) {
  const Receipt first = push("d", few_rows());
  RowsSource source(few_rows());
  const auto receipt = run(ingestor().ingest(into("d"), static_cast<ConcreteSource&>(source)));
  ASSERT_TRUE(receipt) << receipt.error().text();
  EXPECT_TRUE(receipt->reused);
  EXPECT_EQ(receipt->content.location, first.content.location);
}

TEST_P(StoreContract, ConcreteInputThatIsNotThereIsStored) {
  RowsSource source(few_rows());
  const auto receipt = run(ingestor().ingest(into("d"), static_cast<ConcreteSource&>(source)));
  ASSERT_TRUE(receipt) << receipt.error().text();
  EXPECT_FALSE(receipt->reused);
  expect_consistent();
}

TEST_P(StoreContract, AnAliasOfAContentThatIsThereIsAVersion) {
  const Receipt first = push("d", few_rows());
  const auto receipt = run(ingestor().reference(into("e"), first.content.sequence));
  ASSERT_TRUE(receipt) << receipt.error().text();
  EXPECT_TRUE(receipt->reused);
  EXPECT_EQ(receipt->rows_received, 0U);
  EXPECT_EQ(receipt->content.location, first.content.location);
  expect_consistent();
}

TEST_P(StoreContract, AnAliasOfNothingIsNotFoundAndMakesNoVersion) {
  const Content unknown = seal(few_rows());
  const auto receipt = run(ingestor().reference(into("d"), unknown.sequence));
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().code, ErrorCode::not_found);
  EXPECT_TRUE(run(catalog().versions("d"))->empty());
  EXPECT_TRUE(run(catalog().datasets())->empty());
  EXPECT_EQ(push("d", few_rows()).version.number, 1U);
}

TEST_P(StoreContract, VersionsComeNewestFirst) {
  push("d", few_rows(1));
  push("d", few_rows(2));
  push("d", few_rows(3));
  EXPECT_EQ(numbers(*run(catalog().versions("d"))), (Numbers{3, 2, 1}));
  EXPECT_EQ(run(catalog().version("d", 0))->version.number, 3U);
  EXPECT_EQ(run(catalog().version("d", 4)).error().code, ErrorCode::not_found);
  EXPECT_EQ(run(catalog().version("e", 0)).error().code, ErrorCode::not_found);
}

TEST_P(StoreContract, DatasetsAreListedByNameWithTheirLatestVersion) {
  push("b", few_rows(1));
  push("a.b-c_d", few_rows(2));
  push("b", few_rows(3));
  push("B", few_rows(3));
  const auto datasets = run(catalog().datasets());
  ASSERT_TRUE(datasets);
  ASSERT_EQ(datasets->size(), 3U);
  EXPECT_EQ((*datasets)[0].name, "B");
  EXPECT_EQ((*datasets)[1].name, "a.b-c_d");
  EXPECT_EQ((*datasets)[2].name, "b");
  EXPECT_EQ((*datasets)[2].versions, 2U);
  EXPECT_EQ((*datasets)[2].latest.version.number, 2U);
}

TEST_P(StoreContract, RemovingTheLastVersionOfAContentReleasesIt) {
  const Content content = push("d", few_rows()).content;
  const auto released = run(catalog().remove("d", 1));
  ASSERT_TRUE(released);
  EXPECT_EQ(released->versions, 1U);
  EXPECT_EQ(released->locations, std::vector<std::string>{content.location});
  EXPECT_FALSE(run(catalog().find_content(content.sequence))->has_value());
  EXPECT_TRUE(run(catalog().locations())->empty());
  EXPECT_TRUE(run(catalog().datasets())->empty());
  EXPECT_EQ(run(catalog().alias({"e", Order::sequence, new_ingest_id()}, content.sequence)).error().code,
            ErrorCode::not_found);
}

TEST_P(StoreContract, RemovingOneOfTwoVersionsOfAContentReleasesNothing) {
  push("d", few_rows());
  push("e", few_rows());
  const auto released = run(catalog().remove("d", 1));
  ASSERT_TRUE(released);
  EXPECT_TRUE(released->locations.empty());
  expect_consistent();
  EXPECT_EQ(run(catalog().remove("e", 1))->locations.size(), 1U);
}

TEST_P(StoreContract, RemovingADatasetReleasesEveryContentThatOnlyItHad) {
  push("d", few_rows(1));
  push("d", few_rows(1));
  push("d", few_rows(2));
  push("e", few_rows(2));
  const auto released = run(catalog().remove("d", 0));
  ASSERT_TRUE(released);
  EXPECT_EQ(released->versions, 3U);
  EXPECT_EQ(released->locations.size(), 1U);
  EXPECT_TRUE(run(catalog().versions("d"))->empty());
  EXPECT_EQ(run(catalog().remove("d", 0)).error().code, ErrorCode::not_found);
  expect_consistent();
}

TEST_P(StoreContract, RemovingWhatIsNoVersionIsNotFound) {
  push("d", few_rows());
  EXPECT_EQ(run(catalog().remove("d", 2)).error().code, ErrorCode::not_found);
  EXPECT_EQ(run(catalog().remove("e", 0)).error().code, ErrorCode::not_found);
  EXPECT_EQ(numbers(*run(catalog().versions("d"))), Numbers{1});
}

TEST_P(StoreContract, NumbersAreNotUsedAgain) {
  push("d", few_rows(1));
  push("d", few_rows(2));
  ASSERT_TRUE(run(catalog().remove("d", 2)));
  EXPECT_EQ(push("d", few_rows(3)).version.number, 3U);
  ASSERT_TRUE(run(catalog().remove("d", 0)));
  EXPECT_EQ(push("d", few_rows(4)).version.number, 4U);
}

TEST_P(StoreContract, SetsOfTheSameRowsInAnotherOrderAreOne) {
  auto rows = few_rows();
  const Receipt first = push("d", rows, Order::set);
  std::reverse(rows.begin(), rows.end());
  const Receipt second = push("d", rows, Order::set);
  EXPECT_EQ(first.version.fingerprint.kind, hashing::Fingerprint::Kind::multiset);
  EXPECT_EQ(first.version.order, Order::set);
  EXPECT_EQ(first.version.fingerprint, second.version.fingerprint);
  EXPECT_TRUE(second.reused);
  EXPECT_EQ(second.content.location, first.content.location);
  expect_consistent();
}

TEST_P(StoreContract, SequencesOfTheSameRowsInAnotherOrderAreTwo) {
  auto rows = few_rows();
  push("d", rows);
  std::reverse(rows.begin(), rows.end());
  EXPECT_FALSE(push("d", rows).reused);
}

TEST_P(StoreContract, ASetIsNotFoundByASequenceOfOtherOrder) {
  auto rows = few_rows();
  push("d", rows, Order::set);
  std::reverse(rows.begin(), rows.end());
  EXPECT_FALSE(push("d", rows).reused);
  expect_consistent();
}

TEST_P(StoreContract, ASetOfASequenceThatIsThereSharesItsContentAndGivesItAReuseKey) {
  auto rows = few_rows();
  const Receipt sequence = push("d", rows);
  const Receipt set = push("d", rows, Order::set);
  EXPECT_TRUE(set.reused);
  EXPECT_EQ(set.content.location, sequence.content.location);
  EXPECT_EQ(set.version.fingerprint.kind, hashing::Fingerprint::Kind::multiset);
  std::reverse(rows.begin(), rows.end());
  const Receipt again = push("d", rows, Order::set);
  EXPECT_TRUE(again.reused);
  EXPECT_EQ(again.content.location, sequence.content.location);
  EXPECT_EQ(run(catalog().find_content(set.version.fingerprint))->value().location, sequence.content.location);
  expect_consistent();
}

TEST_P(StoreContract, RepeatedRowsCountInASet) {
  auto rows = few_rows();
  push("d", rows, Order::set);
  rows.push_back(rows.front());
  EXPECT_FALSE(push("d", rows, Order::set).reused);
  expect_consistent();
}

TEST_P(StoreContract, TheSameDigestsUnderAnotherSchemaAreOtherContent) {
  const Receipt integers = push("d", {{{"v", {std::int64_t{1}}}}});
  const Receipt floats = push("d", {{{"v", {1.0}}}});
  EXPECT_NE(integers.content.sequence, floats.content.sequence);
  EXPECT_FALSE(floats.reused);
  expect_consistent();
}

}  // namespace
}  // namespace rowprint::test
