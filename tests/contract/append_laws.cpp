#include "hashing/digest_sort.hpp"
#include "ingest/difference_report.hpp"
#include "ingest/resume.hpp"
#include "tests/contract/store_contract.hpp"

#include <algorithm>
#include <ostream>

namespace rowprint::test {
namespace {

/// Rows [first, first + count) of a table whose column `n` widens and whose column `late` begins with row 5000.
std::vector<Row> table(std::int64_t first, std::int64_t count) {
  std::vector<Row> rows;
  for (std::int64_t i = first; i < first + count; ++i) {
    Row row{{"id", {i}}, {"text", {std::string(20, static_cast<char>('a' + i % 26))}}};
    if (i < 5000) {
      row.push_back({"n", {i % 7}});
    } else {
      row.push_back({"n", {static_cast<double>(i) + 0.5}});
      row.push_back({"late", {true}});
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

awaitable<Result<void>> add(RowHash& hash, std::vector<Row> rows) {
  RowsSource source(std::move(rows), 1000);
  auto hashed = co_await hash_rows(source, hash, 1U << 20U, nullptr);
  co_return hashed;
}

class Appends : public StoreContract {
 protected:
  Result<RowHash> resume(const Content& content) {
    const SortSpace space{disk(), spill_directory() + "/" + new_ingest_id() + ".spill", 1U << 20U};
    return run(resume_hash(store(), catalog(), content, space));
  }

  void expect_corrupt(const Content& content) {
    const auto hash = resume(content);
    ASSERT_FALSE(hash);
    EXPECT_EQ(hash.error().code, ErrorCode::corrupt) << hash.error().text();
  }

  /// What a hash says that saw all rows in one go.
  RowHash::Summary in_one_go(Order order, std::int64_t rows) {
    RowHash hash(Schema{}, order == Order::set ? std::optional<hashing::MultisetHash>(std::in_place) : std::nullopt);
    EXPECT_TRUE(run(add(hash, table(0, rows))));
    return *hash.summary();
  }

  std::vector<hashing::Digest> kept_digests(const Content& content) {
    std::vector<hashing::Digest> all;
    auto kept = run(catalog().read_digests(content));
    EXPECT_TRUE(kept) << kept.error().text();
    if (!kept || !*kept) {
      return all;
    }
    for (auto block = (*kept)->next_block(); block && !block->empty(); block = (*kept)->next_block()) {
      all.insert(all.end(), block->begin(), block->end());
    }
    return all;
  }
};

TEST_P(Appends, GoOnFromWhatIsKeptAsIfAllRowsHadComeInOneGo) {
  for (const Order order : {Order::sequence, Order::set}) {
    for (const std::int64_t before : {0, 1, 4096, 4999, 8192, 9000}) {
      const Content content = push("d", table(0, before), order).content;
      const auto published = run(catalog().version("d", 0));
      ASSERT_TRUE(published);
      EXPECT_EQ(published->content.digests, content.digests);
      auto hash = resume(published->content);
      ASSERT_TRUE(hash) << hash.error().text();
      EXPECT_EQ(hash->rows(), static_cast<std::uint64_t>(before));
      ASSERT_TRUE(run(add(*hash, table(before, 6000))));
      const RowHash::Summary expected = in_one_go(order, before + 6000);
      const auto summary = hash->summary();
      ASSERT_TRUE(summary);
      EXPECT_EQ(summary->sequence, expected.sequence) << before;
      EXPECT_EQ(summary->multiset, expected.multiset) << before;
      EXPECT_EQ(summary->schema, expected.schema) << before;
      EXPECT_EQ(summary->hash_state, expected.hash_state) << before;
      EXPECT_EQ(summary->inference_state, expected.inference_state) << before;
    }
  }
}

TEST_P(Appends, HoldADeclaredColumnToItsType) {
  RowsSource source(few_rows(), 7, Schema{{{"id", Type::integer}, {"unused", Type::decimal}}});
  const auto receipt = run(ingestor().ingest(into("d"), static_cast<Source&>(source)));
  ASSERT_TRUE(receipt);
  auto hash = resume(receipt->content);
  ASSERT_TRUE(hash) << hash.error().text();
  EXPECT_EQ(hash->summary()->schema, receipt->content.schema);
  const auto refused = run(add(*hash, {{{"id", {std::string{"text"}}}}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported_value);
  EXPECT_EQ(refused.error().column, "id");
}

TEST_P(Appends, TheRowDigestsOfASetAreKeptInOrder) {
  auto rows = table(0, 9000);
  rows.push_back(rows.front());
  const Content content = push("d", rows, Order::set).content;
  ASSERT_FALSE(content.digests.empty());
  std::vector<hashing::Digest> expected;
  RowsSource source(rows, 1000);
  for (auto next = run(source.next()); next && *next; next = run(source.next())) {
    Batch& batch = **next;
    ASSERT_TRUE(batch.encode(1U << 20U));
    for (std::size_t index = 0; index < batch.rows(); ++index) {
      expected.push_back(hashing::row_digest(encoded_row(batch, index)));
    }
  }
  std::ranges::sort(expected, hashing::comes_before);
  EXPECT_EQ(expected.size(), rows.size());
  EXPECT_TRUE(kept_digests(content) == expected);
  EXPECT_EQ(*run(catalog().digests()), std::vector<std::string>{content.digests});
}

TEST_P(Appends, ASequenceHasNoRowDigestsUntilItIsAskedForAsASet) {
  const auto rows = table(0, 9000);
  const Content sequence = push("d", rows).content;
  EXPECT_TRUE(sequence.digests.empty());
  EXPECT_TRUE(run(catalog().digests())->empty());
  const Content set = push("d", rows, Order::set).content;
  EXPECT_EQ(set.location, sequence.location);
  EXPECT_EQ(kept_digests(set).size(), rows.size());
  EXPECT_EQ(kept_digests(run(catalog().version("d", 1))->content).size(), rows.size());
  EXPECT_TRUE(resume(set));
}

TEST_P(Appends, TheRowDigestsThatComeSecondAreDropped) {
  auto rows = table(0, 9000);
  const Content first = push("d", rows, Order::set).content;
  std::ranges::reverse(rows);
  EXPECT_EQ(push("d", rows, Order::set).content.digests, first.digests);
  EXPECT_EQ(push("e", rows).content.digests, "") << "another sequence is another content";
  EXPECT_EQ(*run(catalog().digests()), std::vector<std::string>{first.digests});
}

TEST_P(Appends, RowDigestsGoWithTheirContent) {
  const Content content = push("d", table(0, 9000), Order::set).content;
  push("e", table(0, 9000), Order::set);
  ASSERT_TRUE(run(catalog().remove("d", 0)));
  EXPECT_EQ(run(catalog().digests())->size(), 1U);
  EXPECT_TRUE(resume(content));
  ASSERT_TRUE(run(catalog().remove("e", 0)));
  EXPECT_TRUE(run(catalog().digests())->empty());
  const auto gone = run(catalog().read_digests(content));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
}

TEST_P(Appends, WhoPublishesTheSameRowDigestsTwiceKeepsThem) {
  hashing::MultisetHash set;
  const Content sealed = seal(few_rows());
  Content content = sealed;
  content.multiset = set.digest(content.schema.digest()).fingerprint;
  content.digests = *run(catalog().keep_digests("once", set));
  for (int time = 0; time < 2; ++time) {
    const auto published = run(catalog().publish({"d", Order::set, "once"}, content));
    ASSERT_TRUE(published) << published.error().text();
    EXPECT_EQ(published->content.digests, content.digests) << "a caller would drop what the content points at";
  }
}

TEST_P(Appends, WhatIsKeptOfAnotherContentIsFound) {
  const Content content = push("d", table(0, 9000), Order::set).content;
  const Content other = push("d", table(1, 9000), Order::set).content;
  Content mixed = content;
  mixed.hash_state = other.hash_state;
  expect_corrupt(mixed);
  mixed = content;
  mixed.digests = other.digests;
  expect_corrupt(mixed);
  mixed = content;
  mixed.inference_state = push("d", few_rows()).content.inference_state;
  expect_corrupt(mixed);
  mixed = content;
  mixed.hash_state.pop_back();
  expect_corrupt(mixed);
}

INSTANTIATE_TEST_SUITE_P(Stores, Appends, ::testing::ValuesIn(registered_stores()),
                         [](const auto& registered) { return std::string{registered.param.name}; });

}  // namespace
}  // namespace rowprint::test
