#include "daemon/pulls.hpp"

#include "daemon/account.hpp"
#include "daemon/batch_limits.hpp"
#include "daemon/guarded_source.hpp"
#include "daemon/log.hpp"
#include "ingest/sql/read.hpp"
#include "ingest/wakeup.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>

namespace rowprint::daemon {
namespace {

Result<Receipt> cancelled() {
  return fail(ErrorCode::cancelled, "cancelled by its owner");
}

/// Returns when the time is over, or at once when `cancel` is set.
awaitable<void> pause(std::chrono::milliseconds duration, Watched<bool>& cancel) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const Wakeup wakeup{executor, duration};
  const auto watch = cancel.watch([wakeup] { wakeup.wake(); });
  if (!cancel) {
    co_await wakeup.sleep();
  }
}

/// Nothing was published, for certain, and the same may succeed later.
bool may_try_again(const Error& error) {
  return error.retryable && !error.outcome_unknown;
}

}  // namespace

struct Pulls::Pull {
  std::string id;
  PullRequest request;
  std::shared_ptr<Progress> progress;
  ReadGate::Place place;
};

Result<Job> Pulls::start(PullRequest request) {
  if (!databases_.knows(request.source)) {
    return fail(Databases::unknown(request.source));
  }
  if (auto room = admission_.check_disk(); !room) {
    return fail(std::move(room.error()));
  }
  auto place = gate_.enter();
  if (!place) {
    return fail(std::move(place.error()));
  }
  auto pull = std::make_shared<Pull>();
  pull->id = new_ingest_id();
  pull->place = *std::move(place);
  pull->progress = jobs_.begin({pull->id, request.dataset, JobKind::pull, request.source, request.order});
  pull->request = std::move(request);
  log::info("ingest {}: a pull from {} into {}", pull->id, pull->request.source, pull->request.dataset);
  const auto record = jobs_.find(pull->id);
  boost::asio::co_spawn(boost::asio::make_strand(workers_), run(std::move(pull)), boost::asio::detached);
  return record->look();
}

awaitable<void> Pulls::run(std::shared_ptr<Pull> pull) {
  Result<Receipt> receipt = fail(ErrorCode::internal, "");
  try {
    receipt = co_await persist(pull);
  } catch (const std::exception& exception) {
    receipt = fail(ErrorCode::internal, exception.what());
  }
  // Before its end is told, so that whoever waited for it finds room for the next.
  pull->place.reset();
  account(jobs_, metrics_, pull->id, receipt);
}

awaitable<Result<Receipt>> Pulls::persist(std::shared_ptr<const Pull> pull) {
  for (std::size_t number = 1;; ++number) {
    auto receipt = co_await attempt(pull, number);
    if (receipt) {
      co_return receipt;
    }
    const Error& error = receipt.error();
    if (pull->progress->cancel && !error.outcome_unknown) {
      // Whatever the cancel broke, it was asked for.
      co_return cancelled();
    }
    if (!may_try_again(error) || number >= limits_.retry.attempts) {
      co_return receipt;
    }
    const auto delay = pause_after(number);
    log::warning("ingest {}: attempt {} of {} at {} failed, {} ({}); the next in {} ms", pull->id, number,
                 limits_.retry.attempts, pull->request.source, to_string(error.code), error.reason, delay.count());
    metrics_.pull_retried();
    jobs_.retry(pull->id, number + 1, error);
    co_await pause(delay, pull->progress->cancel);
    if (pull->progress->cancel) {
      co_return cancelled();
    }
  }
}

awaitable<Result<Receipt>> Pulls::attempt(std::shared_ptr<const Pull> pull, std::size_t number) {
  Progress& progress = *pull->progress;
  progress.state = IngestState::connecting;
  auto opened_database = databases_.open(pull->request.source);
  if (!opened_database) {
    co_return fail(std::move(opened_database.error()));
  }
  auto database = ReadGate::hold(pull->place, *std::move(opened_database));
  auto opened = co_await sql::read(std::move(database), pull->request.query, batch_limits(limits_.rows, limits_.memory),
                                   progress.cancel);
  if (!opened) {
    co_return fail(std::move(opened.error()));
  }
  const std::unique_ptr<Source> source = *std::move(opened);
  progress.state = IngestState::waiting;
  IngestRequest request;
  request.dataset = pull->request.dataset;
  request.order = pull->request.order;
  request.progress = pull->progress;
  request.id = pull->id;
  request.attempt = number;
  GuardedSource guarded{*source, admission_, limits_.rows.ingest_rows, limits_.rows.nesting};
  auto receipt = co_await ingestor_.ingest(std::move(request), guarded);
  co_return receipt;
}

std::chrono::milliseconds Pulls::pause_after(std::size_t attempt) const {
  std::chrono::milliseconds pause = limits_.retry.backoff;
  for (std::size_t i = 1; i < attempt && pause < limits_.retry.backoff_max; ++i) {
    pause *= 2;
  }
  return std::min(pause, limits_.retry.backoff_max);
}

}  // namespace rowprint::daemon
