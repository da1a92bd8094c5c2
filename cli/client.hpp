#pragma once

#include "cli/url.hpp"
#include "hashing/bytes.hpp"
#include "ingest/model/error.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rowprint::cli {

enum class Method : std::uint8_t { get, post, remove };

struct Request {
  Method method = Method::get;
  std::string target;  ///< path and query, escaped; the URL's own path is put before it
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct Response {
  unsigned status = 0;
  std::string content_type;
  std::string body;  ///< empty where a sink took it

  bool is_success() const { return status >= 200 && status < 300; }
};

/// Where the body of an upload comes from: an open file, from its beginning, or a descriptor that is read to its end.
struct Upload {
  int descriptor = -1;                ///< borrowed
  std::optional<std::uint64_t> size;  ///< bytes [0, size) of a regular file; nothing: chunked
  /// Called with every piece the daemon's socket took.
  std::function<void(hashing::ByteView)> sent;
};

/// Takes a piece of a response's body; an error ends the download.
using Sink = std::function<Result<void>(hashing::ByteView)>;

/// What ends the wait for a peer, besides its answer.
struct Watch {
  int interrupt = -1;                        ///< borrowed; once it is readable: `cancelled`. -1: nothing
  std::chrono::milliseconds silence_max{0};  ///< no byte for so long: `unavailable`. 0: no bound
};

/// Speaks HTTP/1.1 with a daemon, one connection a request.
///
/// Lifecycle: a value without open connections; every call connects, sends, reads the answer and closes. Calls block.
/// Thread safety: none. Limits: connecting takes at most 10 s; answers are waited for as long as the peer's TCP answers
/// keepalives; answers that are not streamed are at most 256 MiB. Errors: unavailable when the daemon cannot be reached
/// or the connection breaks (outcome_unknown once a request that changes something was sent), those of reading an
/// upload, conflict when a file became shorter than its size. A status that is no success is no error here.
class Client {
 public:
  Client(Url url, std::string token) : url_(std::move(url)), token_(std::move(token)) {}

  Result<Response> send(const Request& request);
  /// Sends `upload` as the body, in pieces of up to 1 MiB. When the daemon answers before the end, sending stops and
  /// that is the answer.
  Result<Response> send(const Request& request, const Upload& upload);
  /// The body of a success goes to `sink`, piece by piece; that of anything else is in the response.
  Result<Response> receive(const Request& request, const Sink& sink, const Watch& watch = {});

 private:
  Url url_;
  std::string token_;
};

}  // namespace rowprint::cli
