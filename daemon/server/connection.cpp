#include "daemon/server/connection.hpp"

#include "daemon/log.hpp"
#include "daemon/server/answer_writer.hpp"
#include "daemon/server/head_reader.hpp"
#include "daemon/server/link.hpp"
#include "daemon/server/request_body.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <exception>
#include <optional>

namespace rowprint::daemon {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::string_view kStopping = "the daemon is stopping";
/// What a connection holds that waits for a request.
constexpr std::size_t kIdleBytes = 2048;

bool is_loopback(const asio::ip::tcp::socket& socket) {
  error_code error;
  const asio::ip::address address = socket.remote_endpoint(error).address();
  if (error) {
    return false;
  }
  // A socket for IPv6 that takes IPv4 as well shows those peers as ::ffff:a.b.c.d.
  return address.is_v6() && address.to_v6().is_v4_mapped()
             ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback()
             : address.is_loopback();
}

class Session final : public Connection, public std::enable_shared_from_this<Session> {
 public:
  Session(asio::ip::tcp::socket socket, Handler& handler, asio::any_io_executor workers,
          const ConnectionSettings& settings, Crowd crowd)
      : from_here_(is_loopback(socket)),
        link_(std::move(socket)),
        handler_(handler),
        writer_(link_, handler, settings.stall),
        workers_(std::move(workers)),
        settings_(settings),
        crowd_(crowd),
        body_limits_(settings.body) {}

  awaitable<void> run() override;
  void finish() override {
    asio::post(link_.executor(), [self = shared_from_this()] {
      self->finishing_ = true;
      if (self->idle_) {
        self->link_.cancel();
      }
    });
  }
  void cancel() override {
    asio::post(link_.executor(), [self = shared_from_this()] {
      self->finishing_ = self->cancelled_ = true;
      self->writer_.hurry(self->settings_.drain);
      if (self->body_) {
        self->body_->cancel(kStopping);
      }
      self->link_.cancel();
    });
  }

 private:
  awaitable<bool> wait_for_request(bool first);
  awaitable<bool> serve_one(bool first);
  awaitable<bool> refuse_head(HeadFailure failure);
  awaitable<Response> handle(const Head& head, asio::any_io_executor worker);
  awaitable<void> drain();

  const bool from_here_;
  Link link_;
  beast::flat_buffer buffer_;  ///< what was read and is not yet anybody's
  Handler& handler_;
  AnswerWriter writer_;
  asio::any_io_executor workers_;
  const ConnectionSettings& settings_;
  const Crowd crowd_;
  BodyLimits body_limits_;
  std::shared_ptr<BodyChannel> body_;  ///< of the request that is being handled
  bool idle_ = false;
  bool finishing_ = false;
  bool cancelled_ = false;
};

awaitable<void> Session::run() {
  try {
    bool first = true;
    for (bool more = true; more; first = false) {
      more = co_await serve_one(first);
    }
  } catch (const std::exception& error) {
    log::error("a connection ended: {}", error.what());
  }
  error_code ignored;
  link_.stream().socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  link_.stream().close();
}

awaitable<bool> Session::wait_for_request(bool first) {
  if (buffer_.size() != 0) {
    co_return true;
  }
  if (finishing_) {  // since the answer before began
    co_return false;
  }
  // A connection that waits holds no buffer worth mentioning.
  buffer_ = beast::flat_buffer{};
  const auto by = Link::Clock::now() + (first ? settings_.header : settings_.idle);
  const asio::mutable_buffer room = buffer_.prepare(kIdleBytes);
  error_code error;
  idle_ = true;
  const std::size_t size = co_await link_.read_some(room, by, error);
  idle_ = false;
  buffer_.commit(size);
  co_return !error;
}

awaitable<bool> Session::serve_one(bool first) {
  const bool began = co_await wait_for_request(first);
  if (!began || finishing_) {
    co_return false;
  }
  const auto by = Link::Clock::now() + settings_.header;
  auto head = co_await read_head(link_, buffer_, settings_.head, body_limits_.bytes_max, by);
  if (!head) {
    const bool kept = co_await refuse_head(std::move(head.error()));
    co_return kept;
  }
  head->request.crowd = crowd_;
  head->request.from_here = from_here_;
  body_ = std::make_shared<BodyChannel>(link_, buffer_, std::move(head->framing), body_limits_);
  body_->continue_expected = head->continue_expected;
  if (cancelled_) {
    body_->cancel(kStopping);
  }
  const asio::any_io_executor worker{asio::make_strand(workers_)};
  Response response = co_await handle(*head, worker);
  const std::shared_ptr<BodyChannel> body = std::move(body_);
  if (body->too_slow && response.status >= 400) {
    response = handler_.refuse(408, *body->failure);
  }
  // Whatever of the body is still on its way would be taken for the next request. A body of no stated length is such
  // a rest as well, whether or not HTTP knows of one.
  const bool is_read = body->framing.done() && response.status != 411;
  const AnswerForm form{head->version, head->head_only,
                        is_read && head->keep_alive && !finishing_ && crowd_ == Crowd::none};
  const bool sent = co_await writer_.send(std::move(response), form, worker);
  if (sent && !form.keep_alive) {
    co_await drain();
  }
  co_return sent&& form.keep_alive;
}

awaitable<bool> Session::refuse_head(HeadFailure failure) {
  if (failure.status != 0) {
    Response response = handler_.refuse(failure.status, make_error(failure.code, std::move(failure.reason)));
    const AnswerForm form{11, failure.head_only, false};
    const bool sent = co_await writer_.send(std::move(response), form, workers_);
    if (sent) {
      co_await drain();
    }
  }
  co_return false;
}

awaitable<Response> Session::handle(const Head& head, asio::any_io_executor worker) {
  std::exception_ptr failure;
  try {
    std::unique_ptr<Body> body = std::make_unique<RequestBody>(body_);
    Response response =
        co_await asio::co_spawn(worker, handler_.handle(head.request, std::move(body)), asio::use_awaitable);
    co_return response;
  } catch (...) {
    failure = std::current_exception();
  }
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& exception) {
    log::error("{} failed: {}", head.request.method, exception.what());
  }
  co_return handler_.refuse(500, Error{});
}

awaitable<void> Session::drain() {
  error_code error;
  link_.stream().socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  std::array<std::uint8_t, 16U << 10U> dropped;
  auto now = Link::Clock::now();
  auto end = now + settings_.drain_max;
  for (std::uint64_t total = buffer_.size(); !error && total < settings_.drain_bytes_max && now < end;) {
    const auto silent_by = now + settings_.drain;
    // Whoever ends, or has no room for others, does not wait for those who send on.
    if (finishing_ || crowd_ != Crowd::none) {
      end = std::min(end, silent_by);
    }
    const std::size_t size = co_await link_.read_some(asio::buffer(dropped), std::min(end, silent_by), error);
    total += size;
    now = Link::Clock::now();
  }
}

}  // namespace

std::shared_ptr<Connection> make_connection(asio::ip::tcp::socket socket, Handler& handler,
                                            asio::any_io_executor workers, const ConnectionSettings& settings,
                                            Crowd crowd) {
  return std::make_shared<Session>(std::move(socket), handler, std::move(workers), settings, crowd);
}

}  // namespace rowprint::daemon
