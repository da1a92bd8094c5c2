#include "ingest/sql/read.hpp"

#include "ingest/wakeup.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <optional>

namespace rowprint::sql {
namespace {

/// The rows of a query that is cancelled when a value is set. Otherwise as what it wraps.
class WatchedQuery final : public Source {
 public:
  WatchedQuery(std::unique_ptr<QuerySource> query, Watched<bool>& cancel)
      : query_(std::move(query)), watch_(cancel.watch([query = query_.get()] { query->cancel(); })) {
    if (cancel) {  // set before anybody watched
      query_->cancel();
    }
  }

  awaitable<Result<std::optional<Batch>>> next() override { return query_->next(); }
  const Schema& declared() const override { return query_->declared(); }
  std::uint64_t bytes_received() const override { return query_->bytes_received(); }

 private:
  std::unique_ptr<QuerySource> query_;
  Watched<bool>::Watch watch_;  ///< goes before what it calls
};

/// Touched on one serial executor only, but for what may be called from any thread.
struct Opening {
  std::shared_ptr<Database> database;
  std::unique_ptr<QuerySource> query;
  Wakeup waiter;
  std::optional<Result<void>> opened{};
};

awaitable<void> open(std::shared_ptr<Opening> opening) {
  Result<void> opened;
  try {
    opened = co_await opening->query->open();
  } catch (const std::exception& exception) {
    opened = fail(ErrorCode::internal, exception.what());
  }
  opening->opened = std::move(opened);
  opening->waiter.wake();
}

}  // namespace

awaitable<Result<std::unique_ptr<Source>>> read(std::shared_ptr<Database> database, Query query,
                                                BatchBuilder::Limits limits, Watched<bool>& cancel) {
  auto made = database->query(std::move(query), limits);
  if (!made) {
    co_return fail(std::move(made.error()));
  }
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto opening =
      std::make_shared<Opening>(Opening{std::move(database), *std::move(made), Wakeup{executor, std::nullopt}});
  {
    const auto watch = cancel.watch([opening] {
      opening->query->cancel();
      opening->waiter.wake();
    });
    if (cancel) {
      co_return fail(ErrorCode::cancelled, "cancelled by its owner");
    }
    boost::asio::co_spawn(executor, open(opening), boost::asio::detached);
    co_await opening->waiter.sleep();
  }
  if (!opening->opened) {
    co_return fail(ErrorCode::cancelled, "cancelled by its owner");
  }
  if (!*opening->opened) {
    co_return fail(std::move(opening->opened->error()));
  }
  co_return std::make_unique<WatchedQuery>(std::move(opening->query), cancel);
}

}  // namespace rowprint::sql
