#include "daemon/server/request_body.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/read.hpp>
#include <string_view>

namespace rowprint::daemon {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

// Beast reads at most what its buffer has room for; from 512 bytes, the least, one row would cost 200 ns.
constexpr std::size_t kBufferBytes = 64U << 10U;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

Error read_error(const BodyChannel& channel, const boost::system::error_code& code) {
  Error error;
  error.code = ErrorCode::truncated;
  if (!channel.cancelled.empty()) {
    error.code = ErrorCode::cancelled;
    error.reason = channel.cancelled;
  } else if (code == beast::error::timeout) {
    error.reason = fmt::format("nothing came for {} ms", channel.stall.count());
  } else if (code == http::error::end_of_stream || code == http::error::partial_message || code == asio::error::eof ||
             code == asio::error::connection_reset) {
    error.reason = "the connection ended before the body did";
  } else if (code.category() == http::make_error_code(http::error::bad_chunk).category()) {
    error.code = ErrorCode::bad_input;
    error.reason = "the chunks of the body are malformed: " + code.message();
  } else {
    error.reason = "the body could not be read: " + code.message();
  }
  return error;
}

awaitable<Result<std::size_t>> read_here(BodyChannel& channel, std::span<std::uint8_t> into) {
  auto& parser = channel.parser;
  boost::system::error_code error;
  channel.buffer.reserve(kBufferBytes);
  auto& body = parser.get().body();
  body.data = into.data();
  body.size = into.size();
  while (!parser.is_done() && body.size != 0) {
    // What has come already is taken along; for more than that, only an empty-handed reader waits.
    if (body.size != into.size() && channel.buffer.size() == 0 && channel.stream.socket().available(error) == 0) {
      break;
    }
    if (!channel.cancelled.empty()) {
      co_return fail(read_error(channel, error));
    }
    channel.stream.expires_after(channel.stall);
    channel.waiting = true;
    if (channel.continue_expected) {
      channel.continue_expected = false;
      co_await asio::async_write(channel.stream, asio::buffer(kContinue),
                                 asio::redirect_error(asio::use_awaitable, error));
    }
    if (!error && channel.cancelled.empty()) {
      co_await http::async_read_some(channel.stream, channel.buffer, parser,
                                     asio::redirect_error(asio::use_awaitable, error));
    }
    channel.waiting = false;
    if (error && error != http::error::need_buffer) {
      co_return fail(read_error(channel, error));
    }
  }
  co_return into.size() - body.size;
}

}  // namespace

awaitable<Result<std::size_t>> RequestBody::read(std::span<std::uint8_t> into) {
  auto result = co_await asio::co_spawn(executor_, read_here(*channel_, into), asio::use_awaitable);
  co_return result;
}

void RequestBody::cancel() {
  asio::post(executor_, [channel = channel_] { channel->cancel("cancelled by its owner"); });
}

std::optional<std::string> RequestBody::trailer(std::string_view) const {
  return std::nullopt;
}

}  // namespace rowprint::daemon
