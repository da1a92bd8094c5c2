#pragma once

#include "ingest/ingestor.hpp"
#include "ingest/wait.hpp"
#include "store/sqlite/data_directory.hpp"
#include "tests/support/rows_source.hpp"

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <vector>

namespace rowprint::test {

/// One push as a client asks for it.
struct Push {
  enum class As { generator, concrete, reference };
  std::string dataset;
  std::vector<Row> rows;
  Order order = Order::sequence;
  As as = As::generator;
  hashing::Fingerprint identity{};  ///< that it must get
  std::string key{};                ///< under which it is made once, however often it is tried
};
/// Computes the identity beside the ingestor, without any disk.
Push make_push(std::string dataset, std::vector<Row> rows, Order order = Order::sequence,
               Push::As as = Push::As::generator);

/// What a daemon is made of behind HTTP: data directory, budget, ingestor, workers, on a given disk.
///
/// Lifecycle: start(), serve, destroy; the disk may fail or lose its power at any time. Thread safety: one call at a
/// time. Ownership: borrows the disk.
class DaemonOnDisk {
 public:
  static constexpr const char* kData = "/data";
  /// The least that sorting takes (MultisetHash::kMemoryBytesMin), so that a set of some ten thousand rows spills.
  static constexpr std::size_t kSortBytes = 1U << 20U;

  /// Contents of at most `small_bytes_max` encoded bytes lie in the catalog, as DataDirectory::Options says.
  static Result<std::unique_ptr<DaemonOnDisk>> start(
      Disk& disk, std::size_t small_bytes_max = sqlite::SmallContentStore::kSmallBytesMax);
  ~DaemonOnDisk();

  Result<Receipt> push(const Push& push);
  /// All at the same time.
  std::vector<Result<Receipt>> push_all(const std::vector<Push>& pushes);
  /// As the daemon does it: the catalog first, then the files.
  Result<Released> remove(const std::string& dataset, std::uint64_t number);

  Result<std::vector<Published>> visible();
  /// Empty where the stored rows, and the row digests kept, are those of the content, else what is wrong.
  std::string wrong_with(const Content& content);
  sqlite::DataDirectory& data() { return *data_; }
  template <typename T>
  T run(awaitable<T> work) {
    return wait(workers_, std::move(work));
  }

 private:
  DaemonOnDisk(Disk& disk, std::unique_ptr<sqlite::DataDirectory> data);
  awaitable<Result<Receipt>> ingest(Push push);

  Disk& disk_;
  // Outlives the catalog, whose thread answers on it.
  boost::asio::thread_pool workers_{3};
  std::unique_ptr<sqlite::DataDirectory> data_;
  MemoryBudget budget_{std::size_t{64} << 20U};
  Ingestor ingestor_;
};

}  // namespace rowprint::test
