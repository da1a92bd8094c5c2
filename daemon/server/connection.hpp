#pragma once

#include "daemon/server/head_scan.hpp"
#include "daemon/server/message.hpp"
#include "daemon/server/request_body.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

namespace rowprint::daemon {

/// How much, and how slowly, a client may talk.
struct ConnectionSettings {
  HeadLimits head{};
  BodyLimits body{};
  std::chrono::milliseconds idle{60'000};        ///< between two requests
  std::chrono::milliseconds header{15'000};      ///< from a request's first byte to its header's end
  std::chrono::milliseconds stall{60'000};       ///< of an answer that the client does not read
  std::chrono::milliseconds drain{2'000};        ///< reading on after the last answer: until nothing came for so long,
  std::chrono::milliseconds drain_max{30'000};   ///< but in all no longer than this,
  std::uint64_t drain_bytes_max = 64ULL << 20U;  ///< and no more than this
};

/// One client: requests are read and answered one after the other until either side has had enough. The connection is
/// kept only where the body of a request was read to its end, since nothing else says where the next one begins.
///
/// Lifecycle: run() is spawned once on the socket's executor, a strand; the connection ends with it. Thread safety:
/// finish() and cancel() from any thread. Ownership: borrows handler and settings, which outlive it. Handlers run on
/// `workers`, each request on a strand of its own.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual awaitable<void> run() = 0;
  /// Ends when the request that is being answered has its answer; at once if there is none.
  virtual void finish() = 0;
  /// What is being read or written ends with `cancelled`; answers that are short are still sent.
  virtual void cancel() = 0;
};

/// `crowd`: refused, as Request::crowd says, and closed after the first answer.
std::shared_ptr<Connection> make_connection(boost::asio::ip::tcp::socket socket, Handler& handler,
                                            boost::asio::any_io_executor workers, const ConnectionSettings& settings,
                                            Crowd crowd);

}  // namespace rowprint::daemon
