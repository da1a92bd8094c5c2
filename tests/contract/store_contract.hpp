#pragma once

#include "ingest/ingestor.hpp"
#include "ingest/verify.hpp"
#include "ingest/wait.hpp"
#include "tests/support/rows_source.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace rowprint::test {

/// A store and its catalog under the contract: the pair, and what the laws need besides the ports.
class ContractedStore {
 public:
  virtual ~ContractedStore() = default;
  virtual Store& store() = 0;
  virtual Catalog& catalog() = 0;
  /// Changes one stored value of the only content, which has few_rows(), behind the store's back. The store and the
  /// catalog may be others from then on.
  virtual void tamper(const Content& content) = 0;
};

/// How a store takes part in the contract: one line in registered_stores().
struct RegisteredStore {
  const char* name;
  std::function<std::unique_ptr<ContractedStore>()> make;
};
std::vector<RegisteredStore> registered_stores();
void PrintTo(const RegisteredStore& store, std::ostream* out);

/// A fresh store and everything around it that an ingest needs. The laws are the same for every store.
class StoreContract : public ::testing::TestWithParam<RegisteredStore> {
 protected:
  StoreContract();
  ~StoreContract() override;

  Store& store() { return store_->store(); }
  Catalog& catalog() { return store_->catalog(); }
  ContractedStore& contracted() { return *store_; }
  Ingestor& ingestor() { return ingestor_; }
  Disk& disk() { return posix_disk(); }
  std::string spill_directory() const { return spill_folder_.path().string(); }

  template <typename T>
  T run(awaitable<T> work) {
    return wait(workers_, std::move(work));
  }
  /// As a generator. The receipt, or a failure of the test and an empty one.
  Receipt push(const std::string& dataset, std::vector<Row> rows, Order order = Order::sequence, Schema declared = {});
  /// Inserted and sealed with its fingerprint, but not published.
  Content seal(const std::vector<Row>& rows, const std::string& ingest = new_ingest_id());
  /// The rows of a content as they read back.
  Result<std::vector<Row>> read(const Content& content);
  Result<Verification> verify_content(const Content& content);
  /// Holds that verify() agrees with every version of every dataset, and that the catalog's locations, and its row
  /// digests, are those of their contents.
  void expect_consistent();
  /// Pushes the rows and holds that they read back exactly.
  Content expect_round_trip(const std::vector<Row>& rows, Schema declared = {});

 private:
  // Outlives the catalog, whose thread answers on it.
  boost::asio::thread_pool workers_{4};
  TemporaryFolder spill_folder_;
  std::unique_ptr<ContractedStore> store_;
  MemoryBudget budget_{std::size_t{1} << 30U};
  Ingestor ingestor_;
};

IngestRequest into(const std::string& dataset, Order order = Order::sequence);

/// Two rows that every law can use where only their difference matters.
std::vector<Row> few_rows(std::int64_t first = 1);

}  // namespace rowprint::test
