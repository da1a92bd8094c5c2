#pragma once

#include "ingest/byte_stream.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>

namespace rowprint::daemon {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

/// What of a connection the reading of a body needs. Belongs to the socket's strand.
struct BodyChannel {
  boost::beast::tcp_stream& stream;
  boost::beast::flat_buffer& buffer;
  RequestParser& parser;
  std::chrono::milliseconds stall;  ///< the longest wait for bytes; then the connection is closed
  bool continue_expected = false;   ///< the client waits for `100 Continue` before it sends the body
  bool cancelled = false;           ///< no more is read
};

/// A request's body, sized or chunked, read when it is asked for: nothing is taken from the socket before.
///
/// read() may be called from any executor: it hops to the socket's strand and back, so a slow client holds no thread.
/// Bytes go from the socket's buffer into the caller's, never into one of the body's own.
/// Lifecycle: the channel outlives it. Thread safety: as ByteStream.
/// Errors: truncated when the connection ends or stalls before the body does, bad_input when its chunks are malformed,
/// cancelled.
class RequestBody final : public ByteStream {
 public:
  explicit RequestBody(BodyChannel& channel) : channel_(channel) {}
  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override;

 private:
  BodyChannel& channel_;
};

}  // namespace rowprint::daemon
