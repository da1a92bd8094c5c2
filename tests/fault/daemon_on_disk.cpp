#include "tests/fault/daemon_on_disk.hpp"

#include "ingest/resume.hpp"
#include "ingest/tee.hpp"
#include "ingest/verify.hpp"

#include <future>
#include <stdexcept>

namespace rowprint::test {
namespace {

IngestLimits small_limits() {
  IngestLimits limits;
  limits.share_bytes = 1U << 20U;
  limits.sort_bytes = DaemonOnDisk::kSortBytes;
  return limits;
}

awaitable<Result<std::vector<Published>>> all_versions(Catalog& catalog) {
  auto datasets = co_await catalog.datasets();
  if (!datasets) {
    co_return fail(datasets.error());
  }
  std::vector<Published> all;
  for (const DatasetSummary& summary : *datasets) {
    auto versions = co_await catalog.versions(summary.name);
    if (!versions) {
      co_return fail(versions.error());
    }
    all.insert(all.end(), versions->begin(), versions->end());
  }
  co_return all;
}

awaitable<Result<Released>> remove_all(sqlite::DataDirectory& data, std::string dataset, std::uint64_t number) {
  auto released = co_await data.catalog().remove(dataset, number);
  if (!released) {
    co_return fail(released.error());
  }
  for (const std::string& location : released->locations) {
    // The version is gone whatever becomes of the file, which the next start removes.
    static_cast<void>(co_await data.store().remove(location));
  }
  co_return released;
}

}  // namespace

Push make_push(std::string dataset, std::vector<Row> rows, Order order, Push::As as) {
  boost::asio::thread_pool workers(1);
  RowsSource source(rows, 4096);
  RowHash hash(Schema{}, order == Order::set ? std::optional<hashing::MultisetHash>(std::in_place) : std::nullopt);
  for (auto next = wait(workers, source.next()); next && *next; next = wait(workers, source.next())) {
    Batch batch = std::move(**next);
    if (!batch.encode(1U << 20U) || !hash.add(batch)) {
      throw std::logic_error("rows that cannot be hashed");
    }
  }
  return {std::move(dataset), std::move(rows), order, as, hash.summary()->identity(), {}};
}

DaemonOnDisk::DaemonOnDisk(Disk& disk, std::unique_ptr<sqlite::DataDirectory> data)
    : disk_(disk),
      data_(std::move(data)),
      ingestor_(data_->store(), data_->catalog(), budget_, disk_, data_->spill_directory(), workers_.get_executor(),
                small_limits()) {}

Result<std::unique_ptr<DaemonOnDisk>> DaemonOnDisk::start(Disk& disk, std::size_t small_bytes_max) {
  sqlite::DataDirectory::Options options;
  options.small_bytes_max = small_bytes_max;
  auto data = sqlite::DataDirectory::open(kData, disk, options);
  if (!data) {
    return fail(data.error());
  }
  return std::unique_ptr<DaemonOnDisk>(new DaemonOnDisk(disk, std::move(*data)));
}

DaemonOnDisk::~DaemonOnDisk() {
  workers_.join();
}

awaitable<Result<Receipt>> DaemonOnDisk::ingest(Push push) {
  IngestRequest request;
  request.dataset = push.dataset;
  request.order = push.order;
  request.idempotency_key = push.key;
  if (push.as == Push::As::reference) {
    auto receipt = co_await ingestor_.reference(std::move(request), push.identity);
    co_return receipt;
  }
  RowsSource source(std::move(push.rows), 2048);
  if (push.as == Push::As::concrete) {
    auto receipt = co_await ingestor_.ingest(std::move(request), static_cast<ConcreteSource&>(source));
    co_return receipt;
  }
  auto receipt = co_await ingestor_.ingest(std::move(request), static_cast<Source&>(source));
  co_return receipt;
}

Result<Receipt> DaemonOnDisk::push(const Push& push) {
  return run(ingest(push));
}

std::vector<Result<Receipt>> DaemonOnDisk::push_all(const std::vector<Push>& pushes) {
  std::vector<std::future<Result<Receipt>>> under_way;
  for (const Push& push : pushes) {
    under_way.push_back(
        boost::asio::co_spawn(boost::asio::make_strand(workers_), ingest(push), boost::asio::use_future));
  }
  std::vector<Result<Receipt>> receipts;
  for (auto& future : under_way) {
    receipts.push_back(future.get());
  }
  return receipts;
}

Result<Released> DaemonOnDisk::remove(const std::string& dataset, std::uint64_t number) {
  return run(remove_all(*data_, dataset, number));
}

Result<std::vector<Published>> DaemonOnDisk::visible() {
  return run(all_versions(data_->catalog()));
}

std::string DaemonOnDisk::wrong_with(const Content& content) {
  const auto verification =
      run(rowprint::verify(data_->store(), disk_, content, {kSortBytes, data_->spill_directory()}));
  if (!verification) {
    return "cannot be read: " + verification.error().text();
  }
  if (!verification->agrees || content.digests.empty()) {
    return verification->difference;
  }
  const SortSpace space{disk_, data_->spill_directory() + "/" + new_ingest_id() + ".spill", kSortBytes};
  const auto resumed = run(resume_hash(data_->store(), data_->catalog(), content, space));
  return resumed ? "" : "cannot be appended to: " + resumed.error().text();
}

}  // namespace rowprint::test
