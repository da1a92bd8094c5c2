#pragma once

#include "daemon/server/message.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <memory>
#include <string_view>

namespace rowprint::daemon {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

/// What of a connection the reading of a body needs. Belongs to the socket's strand, on which alone it is touched.
struct BodyChannel {
  boost::beast::tcp_stream& stream;
  boost::beast::flat_buffer& buffer;
  RequestParser& parser;
  std::chrono::milliseconds stall;  ///< the longest wait for bytes; then the connection is closed
  bool continue_expected = false;   ///< the client waits for `100 Continue` before it sends the body
  std::string_view cancelled{};     ///< why no more is read; empty: more is
  bool waiting = false;             ///< a read waits on the socket: only then may the references be taken for alive

  /// The first reason stays.
  void cancel(std::string_view reason) {
    if (cancelled.empty()) {
      cancelled = reason;
    }
    if (waiting) {
      stream.cancel();
    }
  }
};

/// A request's body, sized or chunked, read when it is asked for: nothing is taken from the socket before.
///
/// read() may be called from any executor: it hops to the socket's strand and back, so a slow client holds no thread.
/// Bytes go from the socket's buffer into the caller's, never into one of the body's own.
/// Lifecycle: what the channel refers to outlives every read(); the channel itself is shared, so that a cancel() which
/// comes late finds it. Thread safety: as Body.
/// Errors: truncated when the connection ends or stalls before the body does, bad_input when its chunks are malformed,
/// cancelled.
class RequestBody final : public Body {
 public:
  explicit RequestBody(std::shared_ptr<BodyChannel> channel)
      : channel_(std::move(channel)), executor_(channel_->stream.get_executor()) {}
  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override;
  void cancel() override;
  std::optional<std::string> trailer(std::string_view lower_case_name) const override;

 private:
  std::shared_ptr<BodyChannel> channel_;
  boost::asio::any_io_executor executor_;
};

}  // namespace rowprint::daemon
