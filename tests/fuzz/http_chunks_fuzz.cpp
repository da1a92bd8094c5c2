#include "daemon/server/body_framing.hpp"
#include "hashing/bytes.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <algorithm>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>
#include <string_view>

/// Input: the chunks of a body, and what comes behind them. Laws: what is read does not depend on how it comes; what is
/// taken, Boost.Beast takes for the same body.
namespace rowprint::daemon {
namespace {

using fuzz::must;

struct Outcome {
  std::string body;
  std::string error;
  std::size_t size = 0;  ///< on the wire
  bool done = false;
};

Outcome read(std::string_view wire, std::size_t piece, std::size_t room) {
  Outcome outcome;
  BodyFraming framing = BodyFraming::chunked();
  std::size_t come = 0;
  while (!framing.done()) {
    const std::string_view left = wire.substr(outcome.size, come - outcome.size);
    const auto step = framing.step(left, room);
    if (!step) {
      outcome.error = step.error().reason;
      break;
    }
    must(step->skip + step->data <= left.size() && step->data <= room, "a step stays within what has come");
    outcome.body += left.substr(step->skip, step->data);
    outcome.size += step->skip + step->data;
    if (step->data == 0 && !framing.done()) {
      if (come == wire.size()) {
        break;
      }
      come = std::min(wire.size(), come + piece);
    }
  }
  outcome.done = framing.done();
  return outcome;
}

void compare_with_beast(std::string_view wire, const Outcome& outcome) {
  namespace http = boost::beast::http;
  http::request_parser<http::string_body> parser;
  parser.eager(true);
  parser.body_limit(boost::none);
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string rest = head + std::string{wire.substr(0, outcome.size)};
  boost::system::error_code error;
  while (!parser.is_done() && !error && !rest.empty()) {
    const std::size_t taken = parser.put(boost::asio::buffer(rest), error);
    if (taken == 0) {
      break;
    }
    rest.erase(0, taken);
  }
  must(parser.get().body() == outcome.body, "Beast reads the same body");
  // Trailers it merges into the header, where it then minds them; what comes before them it takes.
  must(error || (parser.is_done() && rest.empty()), "Beast takes what is taken, whole");
}

void check(std::string_view wire) {
  const Outcome whole = read(wire, wire.size() + 1, wire.size() + 1);
  const Outcome cut = read(wire, 1, 1 + wire.size() % 5);
  must(whole.done == cut.done && whole.error == cut.error, "the outcome does not depend on how the bytes come");
  if (whole.done) {
    must(whole.body == cut.body && whole.size == cut.size, "the body does not depend on how the bytes come");
    compare_with_beast(wire, whole);
  }
}

}  // namespace
}  // namespace rowprint::daemon

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rowprint::daemon::check(rowprint::hashing::as_text({data, size}));
  return 0;
}
