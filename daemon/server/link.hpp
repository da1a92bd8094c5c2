#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

namespace rowprint::daemon {

using boost::asio::awaitable;

/// The socket of a client, from which is read by a given moment: who is late can still be told so, which Beast's own
/// timeout, by closing the socket, does not allow.
///
/// Lifecycle: outlives every read. Thread safety: touched on the socket's strand only.
class Link {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Link(boost::asio::ip::tcp::socket socket);

  /// For writing, with its own timeouts.
  boost::beast::tcp_stream& stream() { return stream_; }
  boost::beast::tcp_stream::executor_type executor() { return stream_.get_executor(); }

  /// At least one byte, or an error: asio::error::timed_out when nothing came by then.
  awaitable<std::size_t> read_some(boost::asio::mutable_buffer into, Clock::time_point by,
                                   boost::system::error_code& error);
  /// What is being read or written ends.
  void cancel() { stream_.cancel(); }

 private:
  /// Shared with the timer, which may strike when the read, or the link, is over.
  struct Watch {
    boost::beast::tcp_stream* stream = nullptr;
    std::uint64_t turn = 0;  ///< of the read that is being watched
    bool struck = false;
  };

  /// So many reads in a row may find bytes there before others get their turn.
  static constexpr int kReadsAtOnceMax = 16;

  boost::beast::tcp_stream stream_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<Watch> watch_;
  int reads_at_once_ = 0;
};

}  // namespace rowprint::daemon
