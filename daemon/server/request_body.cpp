#include "daemon/server/request_body.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <string_view>

namespace rowprint::daemon {
namespace {

namespace asio = boost::asio;

// From 512 bytes, the least that the buffer would have room for, one row would cost 200 ns.
constexpr std::size_t kBufferBytes = 64U << 10U;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string_view text_of(const boost::beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

Error read_error(BodyChannel& channel, const boost::system::error_code& code, bool stalled) {
  if (!channel.cancelled.empty()) {
    return make_error(ErrorCode::cancelled, std::string{channel.cancelled});
  }
  if (code == asio::error::timed_out) {
    channel.too_slow = true;
    return make_error(
        ErrorCode::truncated,
        stalled ? fmt::format("nothing came for {} ms", channel.limits.stall.count())
                : fmt::format("the body comes with less than {} bytes a second", channel.limits.pace.bytes_per_second));
  }
  if (code == asio::error::eof || code == asio::error::connection_reset) {
    return make_error(ErrorCode::truncated, "the connection ended before the body did");
  }
  return make_error(ErrorCode::truncated, "the body could not be read: " + code.message());
}

asio::mutable_buffer room_in(boost::beast::flat_buffer& buffer) {
  buffer.reserve(kBufferBytes);
  return buffer.prepare(buffer.capacity() - buffer.size());
}

/// Waits for bytes of the client: straight into `into` where all that comes next is data, else into the buffer, and
/// then 0.
awaitable<Result<std::size_t>> wait_for_bytes(BodyChannel& channel, std::span<std::uint8_t> into) {
  boost::system::error_code error;
  if (channel.continue_expected) {
    channel.continue_expected = false;
    channel.waiting = true;
    channel.link.stream().expires_after(channel.limits.stall);
    co_await asio::async_write(channel.link.stream(), asio::buffer(kContinue),
                               asio::redirect_error(asio::use_awaitable, error));
    channel.waiting = false;
  }
  if (error || !channel.cancelled.empty()) {
    co_return fail(read_error(channel, error, false));
  }
  const std::uint64_t left = channel.framing.data_left();
  const bool straight =
      channel.buffer.size() == 0 && left != 0 && (channel.framing.data_is_last() || left >= into.size());
  const asio::mutable_buffer room =
      straight ? asio::buffer(into.data(), static_cast<std::size_t>(std::min<std::uint64_t>(left, into.size())))
               : room_in(channel.buffer);
  const auto begun = Link::Clock::now();
  const auto pace = channel.pace.patience();
  const bool stalled = !pace || *pace > channel.limits.stall;
  const auto by = begun + (stalled ? Link::Clock::duration{channel.limits.stall} : *pace);
  channel.waiting = true;
  const std::size_t size = co_await channel.link.read_some(room, by, error);
  channel.waiting = false;
  channel.pace.waited(Link::Clock::now() - begun, size);
  if (straight) {
    channel.framing.took(size);
  } else {
    channel.buffer.commit(size);
  }
  if (error) {
    co_return fail(read_error(channel, error, stalled));
  }
  co_return straight ? size : 0;
}

/// What the buffer holds of the body, as much as there is room for.
Result<std::size_t> take_from_buffer(BodyChannel& channel, std::span<std::uint8_t> into) {
  const std::string_view wire = text_of(channel.buffer);
  const auto step = channel.framing.step(wire, into.size());
  if (!step) {
    return fail(step.error());
  }
  std::memcpy(into.data(), wire.data() + step->skip, step->data);
  channel.buffer.consume(step->skip + step->data);
  return step->data;
}

Error beyond_ingest_limit(std::uint64_t bytes_max) {
  Error error = make_error(ErrorCode::limit_exceeded,
                           fmt::format("the body is longer than limits.ingest_bytes ({} bytes)", bytes_max));
  error.offset = bytes_max;
  return error;
}

awaitable<Result<std::size_t>> read_here(BodyChannel& channel, std::span<std::uint8_t> into) {
  std::size_t size = 0;
  while (!channel.failure && size < into.size() && !channel.framing.done()) {
    auto taken = take_from_buffer(channel, into.subspan(size));
    if (taken && *taken == 0 && !channel.framing.done()) {
      // What has come already is taken along; for more than that, only an empty-handed reader waits.
      boost::system::error_code ignored;
      if (size != 0 && channel.link.stream().socket().available(ignored) == 0) {
        break;
      }
      taken = co_await wait_for_bytes(channel, into.subspan(size));
    }
    if (!taken) {
      channel.failure = std::move(taken.error());
      break;
    }
    size += *taken;
    channel.bytes += *taken;
    if (channel.bytes > channel.limits.bytes_max) {
      size -= static_cast<std::size_t>(channel.bytes - channel.limits.bytes_max);
      channel.failure = beyond_ingest_limit(channel.limits.bytes_max);
    }
  }
  // What came before is handed over first: what is said of it must not hang on how the bytes were cut.
  if (channel.failure && size == 0) {
    co_return fail(*channel.failure);
  }
  co_return size;
}

}  // namespace

awaitable<Result<std::size_t>> RequestBody::read(std::span<std::uint8_t> into) {
  auto result = co_await asio::co_spawn(executor_, read_here(*channel_, into), asio::use_awaitable);
  co_return result;
}

void RequestBody::cancel() {
  asio::post(executor_, [channel = channel_] { channel->cancel("cancelled by its owner"); });
}

}  // namespace rowprint::daemon
