#include "store/sqlite/catalog.hpp"

#include "store/sqlite/catalog_schema.hpp"
#include "store/sqlite/catalog_tables.hpp"
#include "store/sqlite/group_commit.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <future>
#include <utility>

namespace rowprint::sqlite {
namespace {

enum class Access : std::uint8_t { reads, writes };

template <typename T>
class Request final : public CatalogRequest {
 public:
  using Work = std::function<Result<T>(CatalogTables&)>;
  using Done = std::function<void(Result<T>)>;

  Request(Access access, Work work, Done done) : access_(access), work_(std::move(work)), done_(std::move(done)) {}

  bool writes() const override { return access_ == Access::writes; }
  bool run(CatalogTables& tables) override {
    try {
      result_ = work_(tables);
    } catch (const std::exception& exception) {
      result_ = fail(ErrorCode::internal, exception.what());
    }
    return result_.has_value();
  }
  Error error() const override { return result_.error(); }
  void settle(const Error& error) override {
    const bool failed_itself = ran_and_failed();
    result_ = fail(error);
    // Its own savepoint was rolled back before the commit was tried.
    result_.error().outcome_unknown = error.outcome_unknown && !failed_itself;
  }
  void answer() override { done_(std::move(result_)); }

 private:
  bool ran_and_failed() const { return !result_; }

  Access access_;
  Work work_;
  Done done_;
  Result<T> result_ = fail(ErrorCode::internal, "the catalog did not run this");
};

/// Runs `work` on the catalog's thread; the awaiting coroutine resumes on its own executor.
template <typename T>
awaitable<Result<T>> ask(GroupCommit& commits, Access access, typename Request<T>::Work work) {
  auto start = [&commits, access, work = std::move(work)](auto handler) mutable {
    using Handler = decltype(handler);
    auto guard = boost::asio::make_work_guard(boost::asio::get_associated_executor(handler));
    auto kept = std::make_shared<Handler>(std::move(handler));
    // Called once: what belongs to the caller leaves this thread with the answer.
    auto done = [kept, guard](Result<T> result) mutable {
      const auto executor = guard.get_executor();
      auto resume = [handler = std::move(kept), work_guard = std::move(guard), answer = std::move(result)]() mutable {
        (*handler)(std::move(answer));
      };
      boost::asio::post(executor, std::move(resume));
    };
    commits.submit(std::make_unique<Request<T>>(access, std::move(work), std::move(done)));
  };
  auto result = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<T>)>(
      std::move(start), boost::asio::use_awaitable);
  co_return result;
}

/// The same for those who have no executor: blocks. Reads only.
template <typename T>
Result<T> ask_now(GroupCommit& commits, typename Request<T>::Work work) {
  std::promise<Result<T>> promise;
  auto future = promise.get_future();
  commits.submit(std::make_unique<Request<T>>(Access::reads, std::move(work),
                                              [&promise](Result<T> result) { promise.set_value(std::move(result)); }));
  return future.get();
}

/// A name in the folder that `path` is in.
std::string beside(const std::string& path, std::string_view name) {
  return path.substr(0, path.rfind('/') + 1).append(name);
}

}  // namespace

Result<std::unique_ptr<CatalogDatabase>> CatalogDatabase::open(const Vfs& vfs, const std::string& path,
                                                               UnpublishedRows& unpublished, KeyRetention retention) {
  auto database = open_catalog(vfs, path);
  if (!database) {
    return fail(std::move(database.error()));
  }
  DigestFiles digests{vfs.disk(), beside(path, "digests")};
  if (auto made = digests.make_folder(); !made) {
    return fail(std::move(made.error()));
  }
  auto commits = std::make_unique<GroupCommit>(std::move(*database), retention);
  return std::unique_ptr<CatalogDatabase>{new CatalogDatabase{std::move(commits), std::move(digests), unpublished}};
}

CatalogDatabase::CatalogDatabase(std::unique_ptr<GroupCommit> commits, DigestFiles digests,
                                 UnpublishedRows& unpublished)
    : unpublished_(unpublished), digests_(std::move(digests)), commits_(std::move(commits)) {}
CatalogDatabase::~CatalogDatabase() = default;

awaitable<Result<Published>> CatalogDatabase::alias(NewVersion version, hashing::Fingerprint fingerprint) {
  return ask<Published>(*commits_, Access::writes, [version = std::move(version), fingerprint](CatalogTables& tables) {
    return tables.alias(version, fingerprint);
  });
}

awaitable<Result<Published>> CatalogDatabase::publish(NewVersion version, Content content) {
  auto rows = unpublished_.take(content.location);
  return ask<Published>(*commits_, Access::writes,
                        [version = std::move(version), content = std::move(content), rows = std::move(rows)](
                            CatalogTables& tables) { return tables.publish(version, content, rows.get()); });
}

awaitable<Result<void>> CatalogDatabase::admit(NewVersion version) {
  return ask<void>(*commits_, Access::reads,
                   [version = std::move(version)](CatalogTables& tables) { return tables.admit(version); });
}

awaitable<Result<std::optional<Content>>> CatalogDatabase::find_content(hashing::Fingerprint fingerprint) {
  return ask<std::optional<Content>>(*commits_, Access::reads, [fingerprint](CatalogTables& tables) {
    return tables.contents().find_content(fingerprint);
  });
}

awaitable<Result<std::vector<DatasetSummary>>> CatalogDatabase::datasets() {
  return ask<std::vector<DatasetSummary>>(*commits_, Access::reads,
                                          [](CatalogTables& tables) { return tables.datasets(); });
}

awaitable<Result<std::vector<Published>>> CatalogDatabase::versions(std::string dataset) {
  return ask<std::vector<Published>>(*commits_, Access::reads, [dataset = std::move(dataset)](CatalogTables& tables) {
    return tables.versions(dataset);
  });
}

awaitable<Result<Published>> CatalogDatabase::version(std::string dataset, std::uint64_t number) {
  return ask<Published>(*commits_, Access::reads, [dataset = std::move(dataset), number](CatalogTables& tables) {
    return tables.version(dataset, number);
  });
}

awaitable<Result<std::string>> CatalogDatabase::keep_digests(std::string ingest, hashing::MultisetHash& rows) {
  co_return digests_.write(ingest, rows);
}

awaitable<Result<void>> CatalogDatabase::drop_digests(std::string digests) {
  co_return digests_.remove(digests);
}

awaitable<Result<std::unique_ptr<RowDigests>>> CatalogDatabase::read_digests(Content content) {
  if (content.digests.empty()) {
    co_return std::unique_ptr<RowDigests>{};
  }
  co_return digests_.read(content.digests, content.rows);
}

awaitable<Result<Released>> CatalogDatabase::remove(std::string dataset, std::uint64_t number) {
  using Removal = CatalogTables::Removal;
  // A name of its own: GCC 12 destroys what a lambda made within a co_await holds twice.
  Request<Removal>::Work work = [dataset = std::move(dataset), number](CatalogTables& tables) {
    return tables.remove(dataset, number);
  };
  auto removed = co_await ask<Removal>(*commits_, Access::writes, std::move(work));
  if (!removed) {
    co_return fail(std::move(removed.error()));
  }
  for (const std::string& file : removed->digests) {
    // The content is gone whatever becomes of the file, which the next start removes.
    static_cast<void>(digests_.remove(file));
  }
  co_return std::move(removed->released);
}

awaitable<Result<std::vector<std::string>>> CatalogDatabase::locations() {
  return ask<std::vector<std::string>>(*commits_, Access::reads,
                                       [](CatalogTables& tables) { return tables.contents().locations(); });
}

awaitable<Result<std::vector<std::string>>> CatalogDatabase::digests() {
  return ask<std::vector<std::string>>(*commits_, Access::reads,
                                       [](CatalogTables& tables) { return tables.contents().digest_files(); });
}

Result<std::vector<std::string>> CatalogDatabase::locations_now() {
  return ask_now<std::vector<std::string>>(*commits_,
                                           [](CatalogTables& tables) { return tables.contents().locations(); });
}

Result<Recovery> CatalogDatabase::recover_digests_now() {
  auto known = ask_now<std::vector<std::string>>(
      *commits_, [](CatalogTables& tables) { return tables.contents().digest_files(); });
  return known ? digests_.recover(*known) : fail(std::move(known.error()));
}

awaitable<Result<std::optional<std::string>>> CatalogDatabase::small_rows(std::string location) {
  return ask<std::optional<std::string>>(
      *commits_, Access::reads,
      [location = std::move(location)](CatalogTables& tables) { return tables.contents().small_rows(location); });
}

awaitable<Result<void>> CatalogDatabase::remove_small_rows(std::string location) {
  return ask<void>(*commits_, Access::writes, [location = std::move(location)](CatalogTables& tables) {
    return tables.contents().remove_small_rows(location);
  });
}

Result<std::vector<std::string>> CatalogDatabase::small_locations_now() {
  return ask_now<std::vector<std::string>>(*commits_,
                                           [](CatalogTables& tables) { return tables.contents().small_locations(); });
}

}  // namespace rowprint::sqlite
