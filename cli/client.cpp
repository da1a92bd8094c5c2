#include "cli/client.hpp"

#include "cli/upload.hpp"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace rowprint::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint64_t kAnswerBytesMax = 256U << 20U;
constexpr std::size_t kStreamBytes = 256U << 10U;
constexpr int kConnectMilliseconds = 10'000;

http::verb verb(Method method) {
  switch (method) {
    case Method::get:
      return http::verb::get;
    case Method::post:
      return http::verb::post;
    case Method::remove:
      return http::verb::delete_;
  }
  return http::verb::get;
}

/// The reading side of a socket, with an eye on something else: a synchronous read stream, as Beast takes it.
class WatchedSocket {
 public:
  WatchedSocket(tcp::socket& socket, const Watch& watch) : socket_(socket), watch_(watch) {}

  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers, error_code& error) {
    error = wait();
    return error ? 0 : socket_.read_some(buffers, error);
  }
  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers) {
    error_code error;
    const std::size_t got = read_some(buffers, error);
    return error ? throw boost::system::system_error{error} : got;
  }

 private:
  error_code wait() const {
    if (watch_.interrupt < 0 && watch_.silence_max.count() == 0) {
      return {};
    }
    const int longest = watch_.silence_max.count() == 0 ? -1 : static_cast<int>(watch_.silence_max.count());
    pollfd watched[2] = {{socket_.native_handle(), POLLIN, 0}, {watch_.interrupt, POLLIN, 0}};
    int ready = 0;
    do {
      ready = ::poll(watched, 2, longest);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) {
      return {errno, boost::system::system_category()};
    }
    if (watched[1].revents != 0) {
      return asio::error::operation_aborted;
    }
    return ready == 0 ? error_code{asio::error::timed_out} : error_code{};
  }

  tcp::socket& socket_;
  const Watch watch_;
};

/// One request and its answer.
class Exchange {
 public:
  Exchange(const Url& url, const std::string& token, const Request& request, const Watch& watch = {})
      : url_(url), changes_something_(request.method != Method::get), socket_(context_), input_(socket_, watch) {
    head_.version(11);
    head_.method(verb(request.method));
    head_.target(url.path + request.target);
    head_.set(http::field::host, url.authority());
    head_.set(http::field::user_agent, "rowprint/" ROWPRINT_VERSION);
    head_.set(http::field::connection, "close");
    if (!token.empty()) {
      head_.set(http::field::authorization, "Bearer " + token);
    }
    for (const auto& [name, value] : request.headers) {
      head_.set(name, value);
    }
    expect_answer();
  }

  Result<void> connect() {
    tcp::resolver resolver{context_};
    error_code error;
    const auto places = resolver.resolve(url_.host, url_.port, error);
    if (error) {
      return unreachable(error);
    }
    for (const auto& place : places) {
      error = connect_to(place.endpoint());
      if (!error) {
        return {};
      }
    }
    return unreachable(error);
  }

  Result<void> send(const std::string& body) {
    if (!body.empty()) {
      head_.content_length(body.size());
    } else if (changes_something_) {
      head_.content_length(0);
    }
    head_.body() = body;
    error_code error;
    http::write(socket_, head_, error);
    if (error) {
      return broken_off(error);
    }
    return {};
  }

  Result<UploadEnd> send(const Upload& upload) {
    if (upload.size) {
      head_.content_length(*upload.size);
    } else {
      head_.chunked(true);
    }
    error_code error;
    http::request_serializer<http::string_body> serializer{head_};
    http::write_header(socket_, serializer, error);
    if (error) {
      return broken_off(error);
    }
    return send_body(socket_.native_handle(), upload);
  }

  Result<Response> read() {
    if (auto head = read_head(); !head) {
      return fail(std::move(head.error()));
    }
    return read_rest();
  }

  Result<Response> read(const Sink& sink) {
    if (auto head = read_head(); !head) {
      return fail(std::move(head.error()));
    }
    if (!response().is_success()) {
      return read_rest();
    }
    http::response_parser<http::buffer_body> parser{std::move(*answer_)};
    parser.body_limit(boost::none);
    const auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(kStreamBytes);
    while (!parser.is_done()) {
      parser.get().body().data = buffer.get();
      parser.get().body().size = kStreamBytes;
      error_code error;
      http::read_some(input_, buffer_, parser, error);
      const std::size_t got = kStreamBytes - parser.get().body().size;
      if (got != 0) {
        if (auto taken = sink({buffer.get(), got}); !taken) {
          return fail(std::move(taken.error()));
        }
      }
      if (error && error != http::error::need_buffer) {
        return broken_off(error);
      }
    }
    return response(parser.get());
  }

 private:
  error_code connect_to(const tcp::endpoint& endpoint) {
    error_code error;
    socket_.close(error);
    socket_.open(endpoint.protocol(), error);
    if (!error) {
      socket_.native_non_blocking(true, error);
    }
    // Asio's own connect() waits without a limit.
    if (!error && ::connect(socket_.native_handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) {
      error = errno == EINPROGRESS ? finish_connecting() : error_code{errno, boost::system::system_category()};
    }
    if (error) {
      return error;
    }
    socket_.native_non_blocking(false, error);
    socket_.set_option(tcp::no_delay{true}, error);
    // There is no deadline for an answer (a seal takes as long as it takes), so a peer that is gone must show
    // otherwise.
    socket_.set_option(asio::socket_base::keep_alive{true}, error);
    const int seconds = 30;
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof(seconds));
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof(seconds));
    return {};
  }

  error_code finish_connecting() {
    pollfd watched{socket_.native_handle(), POLLOUT, 0};
    int ready = 0;
    do {
      ready = ::poll(&watched, 1, kConnectMilliseconds);
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0) {
      return ready == 0 ? error_code{asio::error::timed_out} : error_code{errno, boost::system::system_category()};
    }
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size);
    return {error, boost::system::system_category()};
  }

  void expect_answer() {
    answer_.emplace();
    answer_->body_limit(kAnswerBytesMax);
  }

  Result<void> read_head() {
    while (true) {
      error_code error;
      http::read_header(input_, buffer_, *answer_, error);
      if (error) {
        return broken_off(error);
      }
      if (answer_->get().result_int() >= 200) {
        return {};
      }
      expect_answer();  // 1xx answers come before the one that counts
    }
  }

  Result<Response> read_rest() {
    error_code error;
    http::read(input_, buffer_, *answer_, error);
    if (error) {
      return broken_off(error);
    }
    Response whole = response();
    whole.body = std::move(answer_->get().body());
    return whole;
  }

  Response response() const { return response(answer_->get()); }
  static Response response(const http::response_header<>& header) {
    Response response;
    response.status = header.result_int();
    response.content_type = std::string{header[http::field::content_type]};
    return response;
  }

  tl::unexpected<Error> unreachable(const error_code& why) const {
    Error error;
    error.code = ErrorCode::unavailable;
    error.reason =
        fmt::format("cannot reach the daemon at http://{}{}: {}", url_.authority(), url_.path, why.message());
    error.retryable = true;
    return fail(std::move(error));
  }

  tl::unexpected<Error> broken_off(const error_code& why) const {
    if (why == asio::error::operation_aborted) {
      return fail(ErrorCode::cancelled, "interrupted");
    }
    const bool cut = why == http::error::end_of_stream || why == http::error::partial_message ||
                     why == asio::error::connection_reset || why == asio::error::broken_pipe;
    Error error;
    error.code = ErrorCode::unavailable;
    error.reason = cut ? fmt::format("the daemon at http://{}{} broke off", url_.authority(), url_.path)
                       : fmt::format("the daemon at http://{}{}: {}", url_.authority(), url_.path, why.message());
    error.outcome_unknown = changes_something_;
    return fail(std::move(error));
  }

  const Url& url_;
  bool changes_something_;
  asio::io_context context_;
  tcp::socket socket_;
  WatchedSocket input_;
  http::request<http::string_body> head_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::string_body>> answer_;
};

}  // namespace

Result<Response> Client::send(const Request& request) {
  Exchange exchange{url_, token_, request};
  if (auto connected = exchange.connect(); !connected) {
    return fail(std::move(connected.error()));
  }
  if (auto sent = exchange.send(request.body); !sent) {
    return fail(std::move(sent.error()));
  }
  return exchange.read();
}

Result<Response> Client::send(const Request& request, const Upload& upload) {
  Exchange exchange{url_, token_, request};
  if (auto connected = exchange.connect(); !connected) {
    return fail(std::move(connected.error()));
  }
  auto sent = exchange.send(upload);
  if (!sent) {
    return fail(std::move(sent.error()));
  }
  auto answer = exchange.read();
  if (*sent == UploadEnd::stopped) {
    if (!answer) {
      // A body that never ended is never a success, so nothing can have come of it.
      answer.error().outcome_unknown = false;
    } else if (answer->is_success()) {
      return fail(ErrorCode::internal, "the daemon answered with a success before the rows were sent");
    }
  }
  return answer;
}

Result<Response> Client::receive(const Request& request, const Sink& sink, const Watch& watch) {
  Exchange exchange{url_, token_, request, watch};
  if (auto connected = exchange.connect(); !connected) {
    return fail(std::move(connected.error()));
  }
  if (auto sent = exchange.send(request.body); !sent) {
    return fail(std::move(sent.error()));
  }
  return exchange.read(sink);
}

}  // namespace rowprint::cli
