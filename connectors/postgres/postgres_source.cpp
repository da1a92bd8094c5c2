#include "connectors/postgres/postgres_source.hpp"

#include "connectors/postgres/session.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace rowprint::postgres {
namespace {

using std::chrono::steady_clock;

/// A batch that is not full waits so long for more rows, so that a slow query is seen to move.
constexpr std::chrono::milliseconds kPatience{100};
/// By so much the server's own statement timeout, whose words say more, comes before ours, which a stalled network
/// cannot keep from us.
constexpr std::chrono::milliseconds kServerFirst{1'000};

}  // namespace

PostgresSource::PostgresSource(sql::DatabaseSettings settings, sql::Query query, BatchBuilder::Limits limits)
    : settings_(std::move(settings)),
      query_(std::move(query)),
      interrupt_(std::make_shared<Interrupt>()),
      builder_(limits) {}

PostgresSource::~PostgresSource() {
  interrupt_->raise(Interrupt::Reason::cancelled);
}

const Schema& PostgresSource::declared() const {
  return plan_ ? plan_->declared() : Source::declared();
}

awaitable<Result<void>> PostgresSource::open() {
  // libpqxx waits for the server as long as the network likes; the interrupt ends that.
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer{executor, settings_.connect * 2};
  timer.async_wait([interrupt = interrupt_](boost::system::error_code stopped) {
    if (!stopped) {
      interrupt->raise(Interrupt::Reason::opening);
    }
  });
  const auto call = [this] { return open_here(); };
  auto opened = co_await thread_.run(call);
  timer.cancel();
  if (opened) {
    thread_.post([this] { stand_by(); });
  }
  co_return opened;
}

Result<void> PostgresSource::open_here() {
  Result<void> opened;
  try {
    opened = prepare_rows();
  } catch (...) {
    opened = fail(error_of_exception());
  }
  if (!opened) {
    Error error = told(std::move(opened.error()));
    close();
    return fail(std::move(error));
  }
  interrupt_->opened();
  return {};
}

Result<void> PostgresSource::prepare_rows() {
  auto connected = connect(settings_, *interrupt_);
  if (!connected) {
    return fail(connected.error());
  }
  connection_ = std::make_unique<Connection>(std::move(*connected), *interrupt_);
  auto session = begin_session(*connection_, settings_);
  if (!session) {
    return fail(session.error());
  }
  auto statement = prepare(connection_->handle(), query_);
  if (!statement) {
    return fail(statement.error());
  }
  TypeCatalog catalog;
  load_types(*connection_, catalog, statement->columns);
  auto plan = RowPlan::make(statement->columns, std::move(catalog), query_.output, builder_);
  if (!plan) {
    return fail(plan.error());
  }
  plan_.emplace(std::move(*plan));
  wire_.emplace(connection_->handle(), *interrupt_);
  const std::size_t columns = statement->columns.size();
  if (query_.parameters.empty()) {
    stream_ = std::make_unique<CopyStream>(*wire_, columns, std::move(statement->text));
  } else {
    stream_ =
        std::make_unique<CursorStream>(*wire_, columns, std::move(statement->text), std::move(statement->parameters));
  }
  return {};
}

awaitable<Result<std::optional<Batch>>> PostgresSource::next() {
  interrupt_->wake();
  const auto call = [this] { return next_here(); };
  auto batch = co_await thread_.run(call);
  // Only now: posted by next_here(), it would come before the answer that this waits for.
  if (batch && !ended_) {
    thread_.post([this] { stand_by(); });
  }
  co_return batch;
}

Result<std::optional<Batch>> PostgresSource::next_here() {
  Result<std::optional<Batch>> batch;
  try {
    batch = fill();
  } catch (...) {
    batch = fail(error_of_exception());
  }
  if (!batch) {
    Error error = told(std::move(batch.error()));
    close();
    return fail(std::move(error));
  }
  if (ended_) {
    close();
  }
  return batch;
}

Result<void> PostgresSource::begin() {
  begun_ = true;
  if (settings_.statement.count() > 0) {
    wire_->set_deadline(steady_clock::now() + settings_.statement + kServerFirst);
  }
  return stream_->start();
}

Result<std::optional<Batch>> PostgresSource::fill() {
  interrupt_->drain();
  if (interrupt_->reason() != Interrupt::Reason::none) {
    return fail(ErrorCode::cancelled, "interrupted");
  }
  if (ended_) {  // with the batch before
    return std::nullopt;
  }
  if (!begun_) {
    if (auto started = begin(); !started) {
      return fail(started.error());
    }
  }
  while (!ended_ && !builder_.batch_full()) {
    const Patience patience = builder_.rows() == 0 ? Patience{} : kPatience;
    const RowStream::Got got = stream_->next(patience);
    if (got == RowStream::Got::pause) {
      break;
    }
    if (got == RowStream::Got::failure) {
      Error error = stream_->error();
      error.row = builder_.next_row();
      return fail(std::move(error));
    }
    if (got == RowStream::Got::end) {
      ended_ = true;
    } else if (auto decoded = plan_->decode(stream_->fields()); !decoded) {
      return fail(decoded.error());
    }
  }
  bytes_received_.store(stream_->bytes(), std::memory_order_relaxed);
  if (builder_.rows() == 0) {
    return std::nullopt;
  }
  return builder_.take();
}

/// Until the next call of next(), or whatever comes first.
void PostgresSource::stand_by() {
  const Deadline deadline = settings_.idle.count() > 0 ? Deadline{steady_clock::now() + settings_.idle} : Deadline{};
  constexpr int kNoSocket = -1;  // what poll() ignores
  if (wait_for(kNoSocket, false, *interrupt_, deadline) == Ready::late) {
    interrupt_->raise(Interrupt::Reason::idle);
  }
  if (interrupt_->reason() != Interrupt::Reason::none) {
    close();
  }
}

void PostgresSource::close() {
  stream_.reset();
  wire_.reset();
  connection_.reset();
}

Error PostgresSource::told(Error error) const {
  const auto within = [](std::chrono::milliseconds time) { return "within " + std::to_string(time.count()) + " ms"; };
  switch (interrupt_->reason()) {
    case Interrupt::Reason::none:
      return error;
    case Interrupt::Reason::cancelled:
      return Error{ErrorCode::cancelled, "the query was cancelled", {}, {}, {}};
    case Interrupt::Reason::opening:
      error = Error{
          ErrorCode::unavailable, "the database did not get to the query " + within(settings_.connect * 2), {}, {}, {}};
      error.retryable = true;
      return error;
    case Interrupt::Reason::statement:
      return Error{ErrorCode::limit_exceeded, "the query did not end " + within(settings_.statement), {}, {}, {}};
    case Interrupt::Reason::idle:
      return Error{ErrorCode::limit_exceeded, "nobody asked for rows " + within(settings_.idle), {}, {}, {}};
  }
  return error;
}

}  // namespace rowprint::postgres
