#include "daemon/server/link.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace rowprint::daemon {

namespace asio = boost::asio;
using boost::system::error_code;

Link::Link(asio::ip::tcp::socket socket)
    : stream_(std::move(socket)), timer_(stream_.get_executor()), watch_(std::make_shared<Watch>()) {
  watch_->stream = &stream_;
  // Asio's asynchronous calls never block either way; the others are not to.
  error_code ignored;
  stream_.socket().non_blocking(true, ignored);
}

awaitable<std::size_t> Link::read_some(asio::mutable_buffer into, Clock::time_point by, error_code& error) {
  // What has come already needs no clock, which would cost more than to take it.
  if (++reads_at_once_ <= kReadsAtOnceMax) {
    const std::size_t there = stream_.socket().read_some(into, error);
    if (error != asio::error::would_block) {
      co_return there;
    }
  }
  reads_at_once_ = 0;
  stream_.expires_never();
  watch_->struck = false;
  timer_.expires_at(by);
  timer_.async_wait([watch = watch_, turn = watch_->turn](error_code stopped) {
    if (!stopped && watch->turn == turn) {
      watch->struck = true;
      watch->stream->cancel();
    }
  });
  const std::size_t size = co_await stream_.async_read_some(into, asio::redirect_error(asio::use_awaitable, error));
  ++watch_->turn;
  timer_.cancel();
  if (error == asio::error::operation_aborted && watch_->struck) {
    error = asio::error::timed_out;
  }
  co_return size;
}

}  // namespace rowprint::daemon
