#include "tests/contract/store_contract.hpp"

#include "ingest/fingerprint.hpp"

#include <algorithm>
#include <set>

namespace rowprint::test {
namespace {

IngestLimits small_limits() {
  IngestLimits limits;
  limits.share_bytes = 1U << 20U;
  limits.sort_bytes = 1U << 20U;
  return limits;
}

awaitable<Result<Content>> seal_rows(Store& store, std::vector<Row> rows, std::string ingest) {
  StoreTicket ticket{ingest, 1U << 20U};
  auto transaction = co_await store.begin(std::move(ticket));
  if (!transaction) {
    co_return fail(transaction.error());
  }
  Tee tee(std::move(*transaction), RowHash(Schema{}, std::nullopt));
  RowsSource source(std::move(rows));
  while (true) {
    auto next = co_await source.next();
    if (!next) {
      co_return fail(next.error());
    }
    if (!*next) {
      break;
    }
    Batch batch = std::move(**next);
    if (auto encoded = batch.encode(1U << 20U); !encoded) {
      co_return fail(encoded.error());
    }
    auto inserted = co_await tee.insert(batch);
    if (!inserted) {
      co_return fail(inserted.error());
    }
  }
  auto summary = tee.summary();
  if (!summary) {
    co_return fail(summary.error());
  }
  auto stored = co_await tee.seal(summary->sequence, summary->schema);
  if (!stored) {
    co_return fail(stored.error());
  }
  Content content;
  content.sequence = summary->sequence;
  content.schema = summary->schema;
  content.rows = summary->rows;
  content.location = stored->location;
  content.stored_bytes = stored->bytes;
  content.hash_state = summary->hash_state;
  content.inference_state = summary->inference_state;
  co_return content;
}

awaitable<Result<std::vector<Row>>> read_rows(Store& store, Content content) {
  auto reader = co_await store.read(std::move(content));
  if (!reader) {
    co_return fail(reader.error());
  }
  auto rows = co_await drain(**reader);
  co_return rows;
}

}  // namespace

void PrintTo(const RegisteredStore& store, std::ostream* out) {
  *out << store.name;
}

IngestRequest into(const std::string& dataset, Order order) {
  IngestRequest request;
  request.dataset = dataset;
  request.order = order;
  return request;
}

std::vector<Row> few_rows(std::int64_t first) {
  return {{{"id", {first}}, {"name", {std::string{"one"}}}}, {{"id", {first + 1}}, {"name", {std::string{"two"}}}}};
}

StoreContract::StoreContract()
    : store_(GetParam().make()),
      ingestor_(store_->store(), store_->catalog(), budget_, posix_disk(), spill_directory(), workers_.get_executor(),
                small_limits()) {}

StoreContract::~StoreContract() {
  workers_.join();
  EXPECT_TRUE(spill_folder_.is_empty()) << "an ingest left its spill file behind";
}

Receipt StoreContract::push(const std::string& dataset, std::vector<Row> rows, Order order, Schema declared) {
  RowsSource source(std::move(rows), 7, std::move(declared));
  auto receipt = run(ingestor_.ingest(into(dataset, order), static_cast<Source&>(source)));
  if (!receipt) {
    ADD_FAILURE() << "push: " << receipt.error().text();
    return {};
  }
  return std::move(*receipt);
}

Content StoreContract::seal(const std::vector<Row>& rows, const std::string& ingest) {
  auto content = run(seal_rows(store(), rows, ingest));
  if (!content) {
    ADD_FAILURE() << "seal: " << content.error().text();
    return {};
  }
  return std::move(*content);
}

Result<std::vector<Row>> StoreContract::read(const Content& content) {
  return run(read_rows(store(), content));
}

Result<Verification> StoreContract::verify_content(const Content& content) {
  return run(rowprint::verify(store(), disk(), content, {1U << 20U, spill_directory()}));
}

void StoreContract::expect_consistent() {
  const auto datasets = run(catalog().datasets());
  ASSERT_TRUE(datasets) << datasets.error().text();
  std::set<std::string> used;
  std::set<std::string> used_digests;
  for (const DatasetSummary& summary : *datasets) {
    const auto versions = run(catalog().versions(summary.name));
    ASSERT_TRUE(versions) << versions.error().text();
    EXPECT_EQ(versions->size(), summary.versions);
    for (const Published& published : *versions) {
      used.insert(published.content.location);
      if (!published.content.digests.empty()) {
        used_digests.insert(published.content.digests);
      }
      const auto verification = verify_content(published.content);
      ASSERT_TRUE(verification) << verification.error().text();
      EXPECT_TRUE(verification->agrees) << summary.name << "@" << published.version.number << ": "
                                        << verification->difference;
    }
  }
  auto locations = run(catalog().locations());
  ASSERT_TRUE(locations) << locations.error().text();
  EXPECT_EQ(std::set<std::string>(locations->begin(), locations->end()), used);
  EXPECT_EQ(locations->size(), used.size());
  auto digests = run(catalog().digests());
  ASSERT_TRUE(digests) << digests.error().text();
  EXPECT_EQ(std::set<std::string>(digests->begin(), digests->end()), used_digests);
  EXPECT_EQ(digests->size(), used_digests.size());
}

Content StoreContract::expect_round_trip(const std::vector<Row>& rows, Schema declared) {
  const Receipt receipt = push("round-trip", rows, Order::sequence, std::move(declared));
  const auto got = read(receipt.content);
  if (!got) {
    ADD_FAILURE() << "read: " << got.error().text();
    return receipt.content;
  }
  EXPECT_EQ(difference(rows, receipt.content.schema, *got), "");
  const auto verification = verify_content(receipt.content);
  if (verification) {
    EXPECT_TRUE(verification->agrees) << verification->difference;
  } else {
    ADD_FAILURE() << "verify: " << verification.error().text();
  }
  return receipt.content;
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, ::testing::ValuesIn(registered_stores()),
                         [](const auto& registered) { return std::string{registered.param.name}; });

}  // namespace rowprint::test
