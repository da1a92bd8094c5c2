#pragma once

#include "daemon/server/link.hpp"
#include "daemon/server/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <chrono>

namespace rowprint::daemon {

/// What of its request an answer depends on.
struct AnswerForm {
  unsigned version = 11;  ///< of HTTP, 10 or 11
  bool head_only = false;
  bool keep_alive = false;
};

/// Sends answers, one after the other.
///
/// Ownership: borrows link and handler. Thread safety: used on the link's strand only; producers run on `worker`.
/// Errors: false where an answer was not sent whole: the connection is then of no use.
class AnswerWriter {
 public:
  /// `stall`: the longest that nothing moves.
  AnswerWriter(Link& link, Handler& handler, std::chrono::milliseconds stall)
      : link_(link), handler_(handler), stall_(stall) {}

  awaitable<bool> send(Response response, AnswerForm form, boost::asio::any_io_executor worker);
  /// Answers of unknown length end after the piece that is being sent, unfinished; nothing takes longer than `stall`.
  void hurry(std::chrono::milliseconds stall) {
    stall_ = stall;
    hurried_ = true;
  }

 private:
  awaitable<bool> send_whole(const Response& response, AnswerForm form);
  awaitable<bool> send_stream(const Response& response, ByteProducer& producer, AnswerForm form,
                              boost::asio::any_io_executor worker);
  awaitable<bool> send_pieces(ByteProducer& producer, std::string piece, boost::asio::any_io_executor worker);

  Link& link_;
  Handler& handler_;
  std::chrono::milliseconds stall_;
  bool hurried_ = false;
};

}  // namespace rowprint::daemon
