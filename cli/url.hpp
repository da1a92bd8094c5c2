#pragma once

#include "ingest/model/error.hpp"

#include <string>
#include <string_view>

namespace rowprint::cli {

/// Where the daemon listens: `http://host[:port][/path]`. A regular value.
struct Url {
  std::string host = "127.0.0.1";  ///< without the brackets of an IPv6 address
  std::string port = "8750";
  std::string path;  ///< of a proxy in front: no slash at its end, empty for none

  /// The value of the Host header.
  std::string authority() const;
  bool operator==(const Url&) const = default;
};

/// A host without a port means 8750. Errors: bad_input, also for https, which is not spoken.
Result<Url> parse_url(std::string_view text);

/// RFC 3986: everything but unreserved characters is escaped.
std::string percent_encode(std::string_view text);
/// For a value in a query, much shorter for a schema: commas and equals signs stay as they are, and a space is `+`.
std::string encode_query_value(std::string_view text);

}  // namespace rowprint::cli
