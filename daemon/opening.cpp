#include "daemon/opening.hpp"

#include "ingest/wakeup.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>

namespace rowprint::daemon {
namespace {

using Opened = Result<std::unique_ptr<sql::QuerySource>>;

/// Touched on one serial executor only.
struct Opening {
  explicit Opening(Wakeup wakeup) : waiter(std::move(wakeup)) {}

  Wakeup waiter;
  bool given_up = false;
  std::optional<Opened> opened;
};

awaitable<Opened> read(sql::Database& database, sql::Query query, BatchBuilder::Limits limits) {
  try {
    auto opened = co_await database.read(std::move(query), limits);
    co_return opened;
  } catch (const std::exception& exception) {
    co_return fail(ErrorCode::internal, exception.what());
  }
}

awaitable<void> open(std::shared_ptr<Opening> opening, std::shared_ptr<sql::Database> database, sql::Query query,
                     BatchBuilder::Limits limits, [[maybe_unused]] ReadGate::Place place) {
  auto opened = co_await read(*database, std::move(query), limits);
  if (opening->given_up) {
    if (opened) {
      (*opened)->cancel();
    }
    co_return;
  }
  opening->opened.emplace(std::move(opened));
  opening->waiter.wake();
}

}  // namespace

awaitable<Opened> open_query(std::shared_ptr<sql::Database> database, sql::Query query, BatchBuilder::Limits limits,
                             Watched<bool>& cancel, ReadGate::Place place) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const Wakeup wakeup{executor, std::nullopt};
  const auto opening = std::make_shared<Opening>(wakeup);
  const auto watch = cancel.watch([wakeup] { wakeup.wake(); });
  if (cancel) {
    co_return fail(ErrorCode::cancelled, "cancelled by its owner");
  }
  boost::asio::co_spawn(executor, open(opening, std::move(database), std::move(query), limits, std::move(place)),
                        boost::asio::detached);
  co_await wakeup.sleep();
  if (!opening->opened) {
    opening->given_up = true;
    co_return fail(ErrorCode::cancelled, "cancelled by its owner");
  }
  Opened opened = std::move(*opening->opened);
  co_return opened;
}

}  // namespace rowprint::daemon
