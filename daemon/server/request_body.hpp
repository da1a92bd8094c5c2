#pragma once

#include "daemon/server/body_framing.hpp"
#include "daemon/server/body_pace.hpp"
#include "daemon/server/link.hpp"
#include "daemon/server/message.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rowprint::daemon {

/// How much of a body is taken, and how slowly.
struct BodyLimits {
  std::uint64_t bytes_max = std::uint64_t{64} << 30U;
  std::chrono::milliseconds stall{60'000};  ///< the longest wait for bytes
  PaceLimits pace{};
};

/// What of a connection the reading of a body needs. Belongs to the socket's strand, on which alone it is touched.
struct BodyChannel {
  BodyChannel(Link& to, boost::beast::flat_buffer& read_ahead, BodyFraming framed, BodyLimits bounds)
      : link(to), buffer(read_ahead), framing(std::move(framed)), limits(bounds), pace(bounds.pace) {}

  Link& link;
  boost::beast::flat_buffer& buffer;  ///< what was read and is not yet anybody's
  BodyFraming framing;
  BodyLimits limits;
  BodyPace pace;
  std::uint64_t bytes = 0;         ///< of the body, so far
  bool continue_expected = false;  ///< the client waits for `100 Continue` before it sends the body
  std::string_view cancelled{};    ///< why no more is read; empty: more is
  bool waiting = false;            ///< a read waits on the socket: only then may the references be taken for alive
  std::optional<Error> failure;    ///< what every later read gives
  bool too_slow = false;           ///< the client was: that is the failure

  /// The first reason stays.
  void cancel(std::string_view reason) {
    if (cancelled.empty()) {
      cancelled = reason;
    }
    if (waiting) {
      link.cancel();
    }
  }
};

/// A request's body, sized or chunked, read when it is asked for: nothing is taken from the socket before.
///
/// read() may be called from any executor: it hops to the socket's strand and back, so a slow client holds no thread.
/// Bytes go from the socket, or from its buffer, into the caller's memory, never into one of the body's own.
/// Lifecycle: what the channel refers to outlives every read(); the channel itself is shared, so that a cancel() which
/// comes late finds it. Thread safety: as Body.
/// Errors: truncated when the connection ends before the body does, or the client is too slow; limit_exceeded past
/// `bytes_max`; bad_input when its chunks are malformed; cancelled.
class RequestBody final : public Body {
 public:
  explicit RequestBody(std::shared_ptr<BodyChannel> channel)
      : channel_(std::move(channel)), executor_(channel_->link.executor()) {}
  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override;
  void cancel() override;
  std::optional<std::string> trailer(std::string_view lower_case_name) const override {
    return channel_->framing.trailer(lower_case_name);
  }

 private:
  std::shared_ptr<BodyChannel> channel_;
  boost::asio::any_io_executor executor_;
};

}  // namespace rowprint::daemon
