#include "connectors/sqlite/sqlite_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace rowprint::sqlite_file {
namespace {

Error forgotten(std::chrono::milliseconds idle) {
  Error error;
  error.code = ErrorCode::limit_exceeded;
  error.reason = fmt::format("nobody read from the snapshot for {} ms, so it was given up", idle.count());
  return error;
}

}  // namespace

SqliteSource::SqliteSource(std::string path, sql::DatabaseSettings settings)
    : path_(std::move(path)), settings_(std::move(settings)), stop_(settings_.statement) {}

SqliteSource::~SqliteSource() {
  cancel();
}

awaitable<Result<void>> SqliteSource::connect() {
  const auto call = [this] { return open_snapshot(); };
  auto connected = co_await thread_.run(call);
  co_return connected;
}

awaitable<Result<void>> SqliteSource::ask(sql::Query query, BatchBuilder::Limits limits) {
  declared_ = query.output;
  const auto call = [this, &query, limits] { return start(query, limits); };
  auto started = co_await thread_.run(call);
  co_return started;
}

awaitable<Result<std::optional<Batch>>> SqliteSource::next() {
  const auto call = [this] { return read_batch(); };
  auto batch = co_await thread_.run(call);
  co_return batch;
}

void SqliteSource::cancel() noexcept {
  stop_.cancel();
  try {
    boost::asio::post(thread_.executor(), [this] { release(); });
  } catch (...) {
    // Without memory for that, next() lets go, or the destructor.
    return;
  }
}

Result<void> SqliteSource::open_snapshot() {
  auto snapshot = Snapshot::open(path_, {settings_.connect, settings_.row_bytes_max}, stop_);
  if (!snapshot) {
    return fail(std::move(snapshot.error()));
  }
  snapshot_ = std::move(*snapshot);
  wait_for_reader();
  return {};
}

Result<void> SqliteSource::start(const sql::Query& query, BatchBuilder::Limits limits) {
  if (auto stopped = stop_.reason()) {
    return fail(std::move(*stopped));
  }
  if (!snapshot_) {
    return fail(gone_.value_or(Error{}));
  }
  auto rows = RowReader::start(*snapshot_, query, {limits, settings_.row_bytes_max});
  if (!rows) {
    return fail(std::move(rows.error()));
  }
  rows_ = std::move(*rows);
  wait_for_reader();
  return {};
}

Result<std::optional<Batch>> SqliteSource::read_batch() {
  if (auto stopped = stop_.reason()) {
    release();
    return fail(std::move(*stopped));
  }
  if (!rows_) {
    return fail(gone_.value_or(Error{}));
  }
  auto batch = rows_->next();
  bytes_received_ = rows_->bytes();
  if (!batch || !*batch) {
    release();
  } else {
    wait_for_reader();
  }
  return batch;
}

void SqliteSource::wait_for_reader() {
  forgotten_ = settings_.idle.count() > 0 ? Clock::now() + settings_.idle : Clock::time_point::max();
  const auto until = std::min(forgotten_, stop_.deadline());
  if (until == Clock::time_point::max()) {
    return;
  }
  if (!timer_) {
    timer_.emplace(thread_.executor());
  }
  timer_->expires_at(until);
  timer_->async_wait([this](const boost::system::error_code& moved) {
    if (!moved) {
      release_if_forgotten();
    }
  });
}

/// The timer may have gone off just before it was moved.
void SqliteSource::release_if_forgotten() {
  if (!snapshot_) {
    return;
  }
  if (auto stopped = stop_.reason()) {
    gone_ = std::move(stopped);
    release();
  } else if (Clock::now() >= forgotten_) {
    gone_ = forgotten(settings_.idle);
    release();
  }
}

void SqliteSource::release() {
  rows_.reset();
  snapshot_.reset();
  timer_.reset();
}

}  // namespace rowprint::sqlite_file
