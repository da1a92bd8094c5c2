#pragma once

#include "ingest/byte_stream.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowprint::daemon {

/// Whether there are more connections than allowed, and whose they are.
enum class Crowd : std::uint8_t { none, everybody, client };

/// A request's line and header, taken apart. A regular value, free of the HTTP library.
struct Request {
  std::string method;                                        ///< GET for a HEAD, whose body the connection leaves out
  std::vector<std::string> path;                             ///< decoded segments; none for `*`
  std::vector<std::pair<std::string, std::string>> query;    ///< decoded, in their order
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  bool from_here = false;     ///< the peer is on this machine: its address is one of the loopback
  bool chunks_known = true;   ///< HTTP/1.1: an answer of unknown length can be told from one that was cut
  Crowd crowd = Crowd::none;  ///< whose connections are too many: only what operates the daemon is answered

  /// `name` in lower case.
  std::optional<std::string_view> header(std::string_view name) const;
  /// The values of all lines of that name, which HTTP takes for one list, joined by commas.
  std::optional<std::string> joined_header(std::string_view name) const;
  std::optional<std::string_view> parameter(std::string_view name) const;
};

/// A request's body, as it comes.
class Body : public ByteStream {
 public:
  /// A read() that waits gives `cancelled`, and so does every later one. From any thread; does not block.
  virtual void cancel() = 0;
  /// The value of a trailer field (RFC 9110 section 6.5), its lines joined by ", "; nothing where none was sent. Only
  /// `content-digest` and `repr-digest` are ever taken from trailers. Valid once read() has returned the end, and
  /// constant from then on.
  virtual std::optional<std::string> trailer(std::string_view lower_case_name) const = 0;
};

/// A body that is made while it is sent. Runs on a worker; one next() at a time.
class ByteProducer {
 public:
  virtual ~ByteProducer() = default;
  /// Replaces `into` by the next bytes, and says whether there were any. An error after the first bytes cuts the
  /// connection.
  virtual awaitable<Result<bool>> next(std::string& into) = 0;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::unique_ptr<ByteProducer> stream;  ///< instead of `body`
};

/// What answers requests. Thread safety: all functions from any thread at any time.
class Handler {
 public:
  virtual ~Handler() = default;
  /// Runs on a worker. `body` is the request's and may be left unread; `request` and what is behind `body` outlive the
  /// answer's sending. Throws nothing but std::bad_alloc and our own bugs.
  virtual awaitable<Response> handle(const Request& request, std::unique_ptr<Body> body) = 0;
  /// For what the connection itself refuses. `status` 0: the one that belongs to the error.
  virtual Response refuse(int status, const Error& error) = 0;
  /// Each answer, as it is about to be sent.
  virtual void answering(int status) = 0;
};

}  // namespace rowprint::daemon
