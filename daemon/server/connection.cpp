#include "daemon/server/connection.hpp"

#include "daemon/log.hpp"
#include "daemon/server/request_body.hpp"
#include "daemon/server/target.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>
#include <ctime>
#include <exception>
#include <optional>

namespace rowprint::daemon {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::string_view kStopping = "the daemon is stopping";

Error bad_request(std::string reason) {
  Error error;
  error.code = ErrorCode::bad_input;
  error.reason = std::move(reason);
  return error;
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return result;
}

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

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

/// Repeated fields become one list, as RFC 9110 section 5.3 allows: what may stand only once is then not valid any
/// more.
void copy_headers(const http::request<http::buffer_body>& head, Request& request) {
  for (const auto& field : head) {
    const std::string name = lower({field.name_string().data(), field.name_string().size()});
    const std::string_view value{field.value().data(), field.value().size()};
    const auto known = std::find_if(request.headers.begin(), request.headers.end(),
                                    [&](const auto& header) { return header.first == name; });
    if (known == request.headers.end()) {
      request.headers.emplace_back(name, value);
    } else {
      known->second.append(", ").append(value);
    }
  }
}

class Session final : public Connection, public std::enable_shared_from_this<Session> {
 public:
  Session(asio::ip::tcp::socket socket, Handler& handler, asio::any_io_executor workers,
          const ConnectionSettings& settings, bool crowded)
      : stream_(std::move(socket)),
        handler_(handler),
        workers_(std::move(workers)),
        settings_(settings),
        crowded_(crowded),
        from_here_(is_loopback(stream_.socket())),
        stall_(settings.stall) {}

  awaitable<void> run() override;
  void finish() override {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      self->finishing_ = true;
      if (self->idle_) {
        self->stream_.cancel();
      }
    });
  }
  void cancel() override {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      self->finishing_ = self->cancelled_ = true;
      self->stall_ = self->settings_.drain;
      if (self->body_) {
        self->body_->cancel(kStopping);
      }
      self->stream_.cancel();
    });
  }

 private:
  awaitable<bool> wait_for_request(bool first);
  awaitable<bool> serve_one(bool first);
  std::optional<Response> take_head(const RequestParser& parser, Request& request);
  awaitable<bool> answer(const RequestParser& parser, Response response, bool head_only, asio::any_io_executor worker);
  awaitable<bool> send_stream(const Response& response, ByteProducer& producer, const RequestParser& parser,
                              bool head_only, bool keep_alive, asio::any_io_executor worker);
  awaitable<bool> send_whole(const Response& response, unsigned version, bool head_only, bool keep_alive);
  template <typename Message>
  void set_header(Message& message, const Response& response, bool keep_alive);
  awaitable<void> drain();

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  Handler& handler_;
  asio::any_io_executor workers_;
  const ConnectionSettings& settings_;
  const bool crowded_;
  const bool from_here_;
  std::chrono::milliseconds stall_;
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
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.close();
}

awaitable<bool> Session::wait_for_request(bool first) {
  if (buffer_.size() != 0) {
    co_return true;
  }
  // A connection that waits holds no buffer worth mentioning.
  buffer_ = beast::flat_buffer{};
  stream_.expires_after(first ? settings_.header : settings_.idle);
  error_code error;
  idle_ = true;
  const std::size_t size =
      co_await stream_.async_read_some(buffer_.prepare(2048), asio::redirect_error(asio::use_awaitable, error));
  idle_ = false;
  buffer_.commit(size);
  co_return !error;
}

awaitable<bool> Session::serve_one(bool first) {
  const bool began = co_await wait_for_request(first);
  if (!began || finishing_) {
    co_return false;
  }
  RequestParser parser;
  parser.header_limit(static_cast<std::uint32_t>(settings_.header_bytes_max));
  parser.body_limit(boost::none);
  error_code error;
  stream_.expires_after(settings_.header);
  co_await http::async_read_header(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error));
  const bool http_error = error.category() == http::make_error_code(http::error::bad_method).category();
  if (error && (!http_error || error == http::error::end_of_stream || error == http::error::partial_message)) {
    co_return false;
  }
  const auto worker = asio::any_io_executor{asio::make_strand(workers_)};
  if (error) {
    const bool long_head = error == http::error::header_limit || error == http::error::buffer_overflow;
    Response response =
        handler_.refuse(long_head ? 431 : 400, bad_request("the head of the request: " + error.message()));
    co_await answer(parser, std::move(response), false, worker);
    co_return false;
  }

  Request request;
  const bool head_only = parser.get().method() == http::verb::head;
  std::optional<Response> refusal = take_head(parser, request);
  if (refusal) {
    co_await answer(parser, *std::move(refusal), head_only, worker);
    co_return false;
  }
  const auto expect = request.header("expect");
  body_ = std::make_shared<BodyChannel>(BodyChannel{stream_, buffer_, parser, stall_});
  body_->continue_expected = expect && lower(*expect) == "100-continue" && parser.get().version() >= 11;
  if (cancelled_) {
    body_->cancel(kStopping);
  }
  Response response;
  std::exception_ptr failure;
  std::unique_ptr<Body> body = std::make_unique<RequestBody>(body_);
  try {
    response = co_await asio::co_spawn(worker, handler_.handle(request, std::move(body)), asio::use_awaitable);
  } catch (...) {
    failure = std::current_exception();
  }
  body_.reset();
  if (failure) {
    response = handler_.refuse(500, Error{});
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& exception) {
      log::error("{} {}: {}", request.method, std::string{parser.get().target()}, exception.what());
    }
  }
  co_return co_await answer(parser, std::move(response), head_only, worker);
}

std::optional<Response> Session::take_head(const RequestParser& parser, Request& request) {
  const auto& head = parser.get();
  request.method = head.method() == http::verb::head ? "GET" : std::string{head.method_string()};
  request.chunks_known = head.version() >= 11;
  request.crowded = crowded_;
  request.from_here = from_here_;
  copy_headers(head, request);
  if (head.version() >= 11 && !request.header("host")) {
    return handler_.refuse(400, bad_request("HTTP/1.1 asks for a Host header"));
  }
  const auto coding = request.header("transfer-encoding");
  if (coding && lower(*coding) != "chunked") {
    return handler_.refuse(501, bad_request("the only transfer encoding taken is chunked"));
  }
  if (coding && head.version() < 11) {
    return handler_.refuse(400, bad_request("HTTP/1.0 has no transfer encodings"));
  }
  if (!parse_target({head.target().data(), head.target().size()}, request)) {
    return handler_.refuse(400, bad_request("the target is not a path with valid escapes"));
  }
  return std::nullopt;
}

template <typename Message>
void Session::set_header(Message& message, const Response& response, bool keep_alive) {
  message.set(http::field::server, "rowprintd");
  message.set(http::field::date, http_date());
  message.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) {
    message.set(name, value);
  }
  message.keep_alive(keep_alive);
}

awaitable<bool> Session::answer(const RequestParser& parser, Response response, bool head_only,
                                asio::any_io_executor worker) {
  // Whatever of the body is still on its way would be taken for the next request. A body of no stated length is such
  // a rest as well, whether or not HTTP knows of one.
  const bool unread = !parser.is_done() || response.status == 411;
  const bool keep_alive = !unread && parser.get().keep_alive() && !finishing_ && !crowded_;
  bool sent = false;
  if (response.stream) {
    const std::shared_ptr<ByteProducer> producer{std::move(response.stream)};
    sent = co_await send_stream(response, *producer, parser, head_only, keep_alive, worker);
    // It may have files to close, which is nothing for this thread.
    asio::post(worker, [producer] {});
  } else {
    sent = co_await send_whole(response, parser.is_header_done() ? parser.get().version() : 11, head_only, keep_alive);
  }
  if (sent && !keep_alive) {
    co_await drain();
  }
  co_return sent&& keep_alive;
}

awaitable<bool> Session::send_whole(const Response& response, unsigned version, bool head_only, bool keep_alive) {
  http::response<http::empty_body> message{static_cast<http::status>(response.status), version};
  set_header(message, response, keep_alive);
  message.content_length(response.body.size());
  http::response_serializer<http::empty_body> serializer{message};
  error_code error;
  stream_.expires_after(stall_);
  co_await http::async_write_header(stream_, serializer, asio::redirect_error(asio::use_awaitable, error));
  if (!error && !head_only) {
    co_await asio::async_write(stream_, asio::buffer(response.body), asio::redirect_error(asio::use_awaitable, error));
  }
  co_return !error;
}

awaitable<bool> Session::send_stream(const Response& response, ByteProducer& producer, const RequestParser& parser,
                                     bool head_only, bool keep_alive, asio::any_io_executor worker) {
  std::string piece;
  // The first piece comes before the head, so that what fails at once can still be said.
  Result<bool> more = co_await asio::co_spawn(worker, producer.next(piece), asio::use_awaitable);
  if (!more) {
    const Response refusal = handler_.refuse(0, more.error());
    co_return co_await send_whole(refusal, parser.get().version(), head_only, keep_alive);
  }
  http::response<http::empty_body> message{static_cast<http::status>(response.status), 11};
  set_header(message, response, keep_alive);
  message.chunked(true);
  http::response_serializer<http::empty_body> serializer{message};
  error_code error;
  stream_.expires_after(stall_);
  co_await http::async_write_header(stream_, serializer, asio::redirect_error(asio::use_awaitable, error));
  if (head_only) {
    co_return !error;
  }
  while (!error && more && *more) {
    stream_.expires_after(stall_);
    co_await asio::async_write(stream_, http::make_chunk(asio::buffer(piece)),
                               asio::redirect_error(asio::use_awaitable, error));
    if (error || cancelled_) {
      co_return false;
    }
    more = co_await asio::co_spawn(worker, producer.next(piece), asio::use_awaitable);
  }
  if (!more) {
    log::error("an answer was cut: {}", more.error().text());
  }
  // Without the last chunk the client knows that rows are missing.
  if (error || !more) {
    co_return false;
  }
  stream_.expires_after(stall_);
  co_await asio::async_write(stream_, http::make_chunk_last(), asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

awaitable<void> Session::drain() {
  error_code error;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  stream_.expires_after(settings_.drain);
  std::array<std::uint8_t, 16U << 10U> dropped;
  for (std::size_t total = buffer_.size(); !error && total < settings_.drain_bytes_max;) {
    const std::size_t size =
        co_await stream_.async_read_some(asio::buffer(dropped), asio::redirect_error(asio::use_awaitable, error));
    total += size;
  }
}

}  // namespace

std::shared_ptr<Connection> make_connection(asio::ip::tcp::socket socket, Handler& handler,
                                            asio::any_io_executor workers, const ConnectionSettings& settings,
                                            bool crowded) {
  return std::make_shared<Session>(std::move(socket), handler, std::move(workers), settings, crowded);
}

}  // namespace rowprint::daemon
