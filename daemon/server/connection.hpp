#pragma once

#include "daemon/server/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace rowprint::daemon {

struct ConnectionSettings {
  std::size_t header_bytes_max = 64U << 10U;
  std::chrono::milliseconds idle{60'000};
  std::chrono::milliseconds header{15'000};
  std::chrono::milliseconds stall{60'000};
  std::chrono::milliseconds drain{2'000};
  std::size_t drain_bytes_max = 1U << 20U;
};

/// One client: requests are read and answered one after the other until either side has had enough.
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

/// `crowded`: refused, as Request::crowded says, and closed after the first answer.
std::shared_ptr<Connection> make_connection(boost::asio::ip::tcp::socket socket, Handler& handler,
                                            boost::asio::any_io_executor workers, const ConnectionSettings& settings,
                                            bool crowded);

}  // namespace rowprint::daemon
