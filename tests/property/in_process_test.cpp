#include "connectors/http/ndjson_source.hpp"
#include "ingest/ingestor.hpp"
#include "ingest/verify.hpp"
#include "store/memory/memory_catalog.hpp"
#include "store/memory/memory_store.hpp"
#include "store/sqlite/data_directory.hpp"
#include "tests/property/identity.hpp"
#include "tests/support/rows_source.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/text_stream.hpp"

#include <gtest/gtest.h>

namespace rowprint::test {
namespace {

/// A store with its catalog, and the ingestor that fills them.
struct House {
  House(Store& kept_in, Catalog& listed_in, const std::string& spill_directory, boost::asio::thread_pool& pool)
      : store(kept_in),
        catalog(listed_in),
        ingestor(store, catalog, budget, posix_disk(), spill_directory, pool.get_executor()),
        workers(pool) {}

  Store& store;
  Catalog& catalog;
  MemoryBudget budget{256U << 20U};
  Ingestor ingestor;
  boost::asio::thread_pool& workers;
};

NdjsonLimits random_limits(Random& random) {
  NdjsonLimits limits;
  limits.read_bytes = random.pick<std::size_t>({4096, 20'000, 192U << 10U});
  limits.batch.batch_rows = 1 + random.below(500);
  return limits;
}

std::unique_ptr<ByteStream> random_stream(Random& random, std::string text) {
  const std::size_t piece_max = random.pick<std::size_t>({1, 13, 1000, 1U << 20U});
  const std::uint64_t seed = random.bits();
  return std::make_unique<TextStream>(std::move(text), [pieces = Random{seed}, piece_max]() mutable {
    return 1 + static_cast<std::size_t>(pieces.below(piece_max));
  });
}

void expect_kept(House& house, const RandomCase& given, const Content& content, const RowHash::Summary& expected) {
  EXPECT_EQ(content.schema.digest(), expected.schema.digest());
  EXPECT_EQ(content.rows, given.rows.size());
  const auto verified = wait(house.workers, verify(house.store, posix_disk(), content, VerifyLimits{}));
  ASSERT_TRUE(verified) << verified.error().text();
  EXPECT_TRUE(verified->agrees) << verified->difference;
  auto reader = wait(house.workers, house.store.read(content));
  ASSERT_TRUE(reader) << reader.error().text();
  const auto rows = wait(house.workers, drain(**reader));
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(difference(given.rows, content.schema, *rows), "");
}

/// Three ways into a store, in any order: a list, a generator, NDJSON. The first is stored, the others are recognised.
void expect_one_content(House& house, Random& random, const RandomCase& given, const RowHash::Summary& expected) {
  const std::string dataset = "case-" + std::to_string(given.number);
  std::vector<int> ways{0, 1, 2};
  random.shuffle(ways);
  bool first = true;
  for (const int way : ways) {
    IngestRequest request{.dataset = dataset, .expect = expected.sequence};
    Result<Receipt> receipt;
    if (way == 0) {
      auto list = read_records(given.rows, random_options(random, given.declared));
      receipt = wait(house.workers, house.ingestor.ingest(std::move(request), list));
    } else if (way == 1) {
      auto generator = read_records(one_by_one(&given.rows), random_options(random, given.declared));
      receipt = wait(house.workers, house.ingestor.ingest(std::move(request), generator));
    } else {
      NdjsonSource ndjson{random_stream(random, spell(random, given)), given.declared, random_limits(random)};
      receipt = wait(house.workers, house.ingestor.ingest(std::move(request), ndjson));
    }
    ASSERT_TRUE(receipt) << "way " << way << ": " << receipt.error().text();
    EXPECT_EQ(receipt->version.fingerprint, expected.sequence);
    EXPECT_TRUE(first || receipt->reused) << "way " << way;
    if (first) {
      expect_kept(house, given, receipt->content, expected);
    }
    first = false;
  }
  auto as_set = read_records(one_by_one(&given.rows), random_options(random, given.declared));
  const auto receipt = wait(house.workers, house.ingestor.ingest({.dataset = dataset, .order = Order::set}, as_set));
  ASSERT_TRUE(receipt) << receipt.error().text();
  EXPECT_EQ(receipt->version.fingerprint, *expected.multiset);
}

template <typename Check>
void for_each_case(const Check& check) {
  const std::uint64_t seed = run_seed();
  for (std::uint64_t number = 0; number < run_cases(); ++number) {
    SCOPED_TRACE("ROWPRINT_SEED=" + std::to_string(seed) + " case " + std::to_string(number));
    Random random{seed + 31 * number};
    check(random, random_case(seed, number));
    if (testing::Test::HasFatalFailure() || testing::Test::HasNonfatalFailure()) {
      return;
    }
  }
}

TEST(InProcess, ListGeneratorAndNdjsonHaveOneIdentityHoweverTheyAreCut) {
  boost::asio::thread_pool workers{1};
  for_each_case([&](Random& random, const RandomCase& given) {
    auto list = read_records(given.rows, random_options(random, given.declared));
    const auto expected = identify(workers, list);
    list.rewind();
    EXPECT_EQ(identify(workers, list).sequence, expected.sequence);
    auto generator = read_records(one_by_one(&given.rows), random_options(random, given.declared));
    const auto generated = identify(workers, generator);
    EXPECT_EQ(generated.sequence, expected.sequence);
    EXPECT_EQ(generated.multiset, expected.multiset);
    const std::string text = spell(random, given);
    NdjsonSource ndjson{random_stream(random, text), given.declared, random_limits(random)};
    const auto parsed = identify(workers, ndjson);
    EXPECT_EQ(parsed.sequence, expected.sequence) << text.substr(0, 4000);
    EXPECT_EQ(parsed.multiset, expected.multiset);
    EXPECT_EQ(parsed.rows, given.rows.size());
  });
}

TEST(InProcess, AMemoryStoreKeepsOneContentAndGivesItBack) {
  boost::asio::thread_pool workers{2};
  const TemporaryFolder folder;
  MemoryStore store;
  MemoryCatalog catalog;
  House house{store, catalog, folder.path().string(), workers};
  for_each_case([&](Random& random, const RandomCase& given) {
    auto list = read_records(given.rows, random_options(random, given.declared));
    expect_one_content(house, random, given, identify(workers, list));
  });
}

TEST(InProcess, SqliteKeepsOneContentAndGivesItBack) {
  boost::asio::thread_pool workers{2};
  const TemporaryFolder folder;
  const auto data = sqlite::DataDirectory::open((folder.path() / "data").string());
  ASSERT_TRUE(data) << data.error().text();
  House house{(*data)->store(), (*data)->catalog(), (*data)->spill_directory(), workers};
  for_each_case([&](Random& random, const RandomCase& given) {
    auto list = read_records(given.rows, random_options(random, given.declared));
    expect_one_content(house, random, given, identify(workers, list));
  });
}

}  // namespace
}  // namespace rowprint::test
