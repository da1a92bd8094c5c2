#include "daemon/server/head_reader.hpp"

#include "daemon/server/target.hpp"
#include "ingest/model/ascii.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>

namespace rowprint::daemon {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

/// A head is read in pieces of this size: most are shorter.
constexpr std::size_t kPieceBytes = 2048;

using Parser = http::request_parser<http::empty_body>;

/// Repeated fields become one list, as RFC 9110 section 5.3 allows: what may stand only once is then not valid any
/// more.
void copy_headers(const Parser::value_type& head, Request& request) {
  for (const auto& field : head) {
    const std::string name = to_lower({field.name_string().data(), field.name_string().size()});
    const std::string_view value{field.value().data(), field.value().size()};
    const auto known = std::find_if(request.headers.begin(), request.headers.end(),
                                    [&](const auto& header) { return header.first == name; });
    if (known == request.headers.end()) {
      request.headers.emplace_back(name, value);
    } else {
      known->second.append(", ").append(value);
    }
  }
}

/// Whether Beast takes the whole head, and the same for its framing.
bool agrees(Parser& parser, const ScannedHead& scanned) {
  boost::system::error_code error;
  parser.header_limit(static_cast<std::uint32_t>(scanned.text.size() + 1));
  parser.body_limit(boost::none);
  const std::size_t size = parser.put(asio::buffer(scanned.text.data(), scanned.text.size()), error);
  if (error || size != scanned.text.size() || !parser.is_header_done()) {
    return false;
  }
  const auto length = parser.content_length();
  return parser.chunked() == scanned.chunked && length.has_value() == scanned.content_length.has_value() &&
         (!length || *length == *scanned.content_length) && parser.get().version() == scanned.version;
}

/// `100-continue` is the only expectation there is; HTTP/1.0 does not know it (RFC 9110 section 10.1.1).
std::optional<HeadFailure> take_expectation(Head& head) {
  const auto expect = head.request.header("expect");
  if (expect && !equal_ignoring_case(*expect, "100-continue")) {
    return HeadFailure{417, "the only expectation that can be met is 100-continue"};
  }
  head.continue_expected = expect.has_value() && head.version >= 11;
  return std::nullopt;
}

}  // namespace

tl::expected<Head, HeadFailure> parse_head(std::string_view text, const HeadLimits& limits, std::uint64_t bytes_max) {
  const auto scanned = scan_head(text, limits);
  const bool head_only = scanned ? scanned->method == "HEAD" : text.starts_with("HEAD ");
  const auto refuse = [&](int status, std::string reason) {
    return tl::unexpected{HeadFailure{status, std::move(reason), head_only}};
  };
  if (!scanned) {
    return refuse(scanned.error().status, std::string{scanned.error().reason});
  }
  Parser parser;
  if (!agrees(parser, *scanned)) {
    return refuse(400, "the head of the request can be read in more than one way");
  }
  Head head;
  head.version = scanned->version;
  head.head_only = head_only;
  head.keep_alive = parser.get().keep_alive();
  head.request.method = head_only ? std::string_view{"GET"} : scanned->method;
  head.request.chunks_known = scanned->version >= 11;
  copy_headers(parser.get(), head.request);
  if (scanned->target != "*" && !parse_target(scanned->target, head.request)) {
    return refuse(400, "the target is not a path with valid escapes");
  }
  if (auto failure = take_expectation(head)) {
    return refuse(failure->status, std::move(failure->reason));
  }
  if (scanned->content_length.value_or(0) > bytes_max) {
    return tl::unexpected{HeadFailure{413,
                                      fmt::format("the body is longer than limits.ingest_bytes ({} bytes)", bytes_max),
                                      head_only, ErrorCode::limit_exceeded}};
  }
  head.framing = scanned->chunked ? BodyFraming::chunked() : BodyFraming::sized(scanned->content_length.value_or(0));
  return head;
}

awaitable<tl::expected<Head, HeadFailure>> read_head(Link& link, boost::beast::flat_buffer& buffer,
                                                     const HeadLimits& limits, std::uint64_t bytes_max,
                                                     Link::Clock::time_point by) {
  HeadEnd end;
  while (true) {
    const std::string_view text{static_cast<const char*>(buffer.data().data()), buffer.size()};
    const auto size = end.find(text, limits);
    if (!size) {
      co_return tl::unexpected{HeadFailure{size.error().status, std::string{size.error().reason}}};
    }
    if (*size) {
      auto head = parse_head(text.substr(0, **size), limits, bytes_max);
      buffer.consume(**size);
      co_return head;
    }
    boost::system::error_code error;
    const asio::mutable_buffer room = buffer.prepare(kPieceBytes);
    const std::size_t read = co_await link.read_some(room, by, error);
    buffer.commit(read);
    if (error) {
      const bool late = error == asio::error::timed_out;
      co_return tl::unexpected{HeadFailure{late ? 408 : 0, "the head of the request did not come in time"}};
    }
  }
}

}  // namespace rowprint::daemon
