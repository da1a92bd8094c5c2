#include "daemon/routes/local_only.hpp"

#include "daemon/routes/answers.hpp"
#include "ingest/model/ascii.hpp"

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>
#include <string>

namespace rowprint::daemon {
namespace {

Response forbidden(std::string reason) {
  return problem_with_status(403, ErrorCode::bad_input, std::move(reason));
}

/// `localhost:8750`, `127.0.0.1`, `[::1]:8750`.
bool names_loopback(std::string_view host) {
  const bool bracketed = host.starts_with('[');
  const std::size_t end = bracketed ? host.find(']') : host.find(':');
  const std::string name =
      to_lower(host.substr(bracketed ? 1 : 0, end == std::string_view::npos ? end : end - (bracketed ? 1 : 0)));
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(name, error);
  return name == "localhost" || (!error && address.is_loopback());
}

}  // namespace

std::optional<Response> refuse_from_elsewhere(const Request& request) {
  if (!request.from_here) {
    return forbidden("SQL sources are for clients on the daemon's own machine");
  }
  const auto host = request.header("host");
  if (host && !names_loopback(*host)) {
    return forbidden("SQL sources are asked for under the name localhost, or an address of the loopback");
  }
  const auto origin = request.header("origin");
  if (origin && *origin != fmt::format("http://{}", host.value_or(""))) {
    return forbidden("SQL sources are not for the pages of other sites");
  }
  return std::nullopt;
}

}  // namespace rowprint::daemon
