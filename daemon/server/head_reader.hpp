#pragma once

#include "daemon/server/body_framing.hpp"
#include "daemon/server/head_scan.hpp"
#include "daemon/server/link.hpp"
#include "daemon/server/message.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace rowprint::daemon {

/// The head of a request, understood.
struct Head {
  Request request;
  unsigned version = 11;  ///< of HTTP, 10 or 11
  bool head_only = false;
  bool keep_alive = false;         ///< the client would like to
  bool continue_expected = false;  ///< the client waits for `100 Continue`
  BodyFraming framing = BodyFraming::sized(0);
};

/// A head that was not taken, as Handler::refuse() is told.
struct HeadFailure {
  int status = 0;  ///< 0: the connection has ended, there is nobody to tell
  std::string reason;
  bool head_only = false;
  ErrorCode code = ErrorCode::bad_input;
};

/// Takes a whole head apart; `bytes_max` is the longest body that is taken. What scan_head() takes goes to Beast's
/// parser, which must read it in the same way.
tl::expected<Head, HeadFailure> parse_head(std::string_view text, const HeadLimits& limits, std::uint64_t bytes_max);

/// Reads a head and leaves what comes behind it in `buffer`, which holds what came before. 408 where it is not whole by
/// `by`. Await it on the link's strand.
awaitable<tl::expected<Head, HeadFailure>> read_head(Link& link, boost::beast::flat_buffer& buffer,
                                                     const HeadLimits& limits, std::uint64_t bytes_max,
                                                     Link::Clock::time_point by);

}  // namespace rowprint::daemon
