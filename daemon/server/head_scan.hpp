#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

namespace rowprint::daemon {

/// How much of a request's head is read. Units: bytes, each with its line's end; lines of the header.
struct HeadLimits {
  std::size_t head_bytes_max = 64U << 10U;
  std::size_t fields_max = 128;
  std::size_t target_bytes_max = 60U << 10U;
};

/// Why a head is refused, and the status that says so. After it nothing that comes is known to be anything: the
/// connection ends.
struct HeadRefusal {
  int status = 400;
  std::string_view reason;  ///< a literal
};

template <typename T>
using Scanned = tl::expected<T, HeadRefusal>;

/// Finds where a head ends, in bytes that come bit by bit; each is looked at once.
///
/// Lifecycle: one for each head. Limits: a head of more than `head_bytes_max` is 431, or 414 where its first line alone
/// is longer.
class HeadEnd {
 public:
  /// `bytes` begins where the head does, and has grown since the last call. Gives the size of the head, its empty line
  /// included; nothing as long as there is more to come.
  Scanned<std::optional<std::size_t>> find(std::string_view bytes, const HeadLimits& limits);

 private:
  std::size_t looked_ = 0;  ///< bytes known to hold no end
  std::size_t line_ = 0;    ///< where the line begins that is being looked at
};

/// A head that can be read in one way only. Views into the bytes that were scanned.
struct ScannedHead {
  std::string_view text;  ///< from the method to the empty line
  std::string_view method;
  std::string_view target;  ///< begins with `/`, or is `*` where the method is OPTIONS
  unsigned version = 11;    ///< 10 or 11
  std::optional<std::uint64_t> content_length{};
  bool chunked = false;
};

/// Takes a whole head or refuses it, by RFC 9112 and RFC 9110, and where these leave a choice so that no two readers
/// can differ: what a lenient reader would mend (bare LF, folded lines, space before a colon, repeated lengths and
/// hosts, codings it does not know) is refused. An empty line before the request's line is passed over, as RFC 9112
/// section 2.2 asks for. Allocates nothing. Cost: linear.
Scanned<ScannedHead> scan_head(std::string_view head, const HeadLimits& limits);

/// A line of a header or of trailers. Views into the line.
struct Field {
  std::string_view name;
  std::string_view value;  ///< without space around it
};
/// `line` without its CRLF.
Scanned<Field> scan_field(std::string_view line);

/// RFC 9110 section 5.6.2.
bool is_token(std::string_view text);

}  // namespace rowprint::daemon
