#include "daemon/server/head_scan.hpp"

#include "daemon/server/host_name.hpp"
#include "ingest/model/ascii.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace rowprint::daemon {
namespace {

constexpr std::size_t kMethodBytesMax = 32;
constexpr std::string_view kChunked = "chunked";

tl::unexpected<HeadRefusal> refuse(int status, std::string_view reason) {
  return tl::unexpected{HeadRefusal{status, reason}};
}
tl::unexpected<HeadRefusal> refuse(std::string_view reason) {
  return refuse(400, reason);
}

constexpr std::array<bool, 256> make_token_bytes() {
  std::array<bool, 256> bytes{};
  for (const char c : std::string_view{"!#$%&'*+-.^_`|~0123456789"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}) {
    bytes[static_cast<unsigned char>(c)] = true;
  }
  return bytes;
}
constexpr std::array<bool, 256> kTokenBytes = make_token_bytes();

bool is_token_byte(char c) {
  return kTokenBytes[static_cast<unsigned char>(c)];
}

/// Spaces, tabs, what is visible, and what is beyond ASCII (RFC 9110 section 5.5).
bool is_value_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

/// What is visible and ASCII; a fragment is no part of a request.
bool is_target_byte(char c) {
  return c > 0x20 && c < 0x7f && c != '#';
}

/// The line that `rest` begins with, taken off it with its CRLF.
Scanned<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == rest.npos) {
    return refuse("the head has no end");
  }
  if (end == 0 || rest[end - 1] != '\r') {
    return refuse("a line of the head ends in LF without CR");
  }
  const std::string_view line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  return line;
}

Scanned<unsigned> scan_version(std::string_view text) {
  if (text == "HTTP/1.1" || text == "HTTP/1.0") {
    return text.back() == '1' ? 11U : 10U;
  }
  if (text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' && is_digit(text[7])) {
    return refuse(505, "the versions of HTTP taken are 1.1 and 1.0");
  }
  return refuse("the request's line does not end in a version of HTTP");
}

Scanned<void> scan_request_line(std::string_view line, const HeadLimits& limits, ScannedHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == line.npos ? first : line.find(' ', first + 1);
  head.method = line.substr(0, first);
  if (!is_token(head.method) || head.method.size() > kMethodBytesMax) {
    return refuse("the request does not begin with a method");
  }
  if (second == line.npos) {
    return refuse("the request's line is not a method, a target and a version");
  }
  head.target = line.substr(first + 1, second - first - 1);
  const auto version = scan_version(line.substr(second + 1));
  if (!version) {
    return tl::unexpected{version.error()};
  }
  head.version = *version;
  if (head.target.size() > limits.target_bytes_max) {
    return refuse(414, "the target is longer than limits.target_bytes");
  }
  if (!std::all_of(head.target.begin(), head.target.end(), is_target_byte)) {
    return refuse("the target holds what must be percent-encoded, or a fragment");
  }
  if (!head.target.starts_with('/') && (head.target != "*" || head.method != "OPTIONS")) {
    return refuse("the target is not an absolute path");
  }
  return {};
}

/// A number that everybody reads in the same way: digits without sign, space or needless zeros.
Scanned<std::uint64_t> scan_length(std::string_view text) {
  std::uint64_t length = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || end != text.data() + text.size() || (text.size() > 1 && text.front() == '0')) {
    return refuse("Content-Length is not a plain decimal number");
  }
  if (problem != std::errc{} || length > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return refuse("Content-Length is more than any body has");
  }
  return length;
}

Scanned<void> scan_coding(std::string_view text) {
  if (equal_ignoring_case(text, kChunked)) {
    return {};
  }
  // RFC 9112 sections 6.1 and 6.3: only where the last coding is chunked, and no other is, would the body have an end.
  std::size_t chunked = 0;
  bool ends_chunked = false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    ends_chunked = equal_ignoring_case(trimmed(text.substr(begin, end - begin)), kChunked);
    chunked += ends_chunked ? 1U : 0U;
    begin = end + 1;
  }
  return ends_chunked && chunked == 1 ? refuse(501, "the only transfer coding taken is chunked, and alone")
                                      : refuse("Transfer-Encoding is not chunked");
}

/// RFC 9110 section 7.6.1, which allows empty items: whoever reads a list that is none may find `close` in it or not.
Scanned<void> scan_connection(std::string_view text) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view option = trimmed(text.substr(begin, end - begin));
    if (!option.empty() && !is_token(option)) {
      return refuse("Connection is not a list of names");
    }
    begin = end + 1;
  }
  return {};
}

/// The fields that say where the request ends and whom it is for.
struct Framing {
  bool has_host = false;
  bool has_coding = false;
};

Scanned<void> look_at(const Field& field, ScannedHead& head, Framing& framing) {
  if (equal_ignoring_case(field.name, "host")) {
    if (framing.has_host) {
      return refuse("Host stands there twice");
    }
    framing.has_host = true;
    return is_host(field.value) ? Scanned<void>{} : refuse("Host is not a host");
  }
  if (equal_ignoring_case(field.name, "content-length")) {
    if (head.content_length) {
      return refuse("Content-Length stands there twice");
    }
    const auto length = scan_length(field.value);
    if (!length) {
      return tl::unexpected{length.error()};
    }
    head.content_length = *length;
  }
  if (equal_ignoring_case(field.name, "transfer-encoding")) {
    if (framing.has_coding) {
      return refuse("Transfer-Encoding stands there twice");
    }
    framing.has_coding = head.chunked = true;
    return scan_coding(field.value);
  }
  if (equal_ignoring_case(field.name, "connection") || equal_ignoring_case(field.name, "proxy-connection")) {
    return scan_connection(field.value);
  }
  return {};
}

Scanned<void> check_framing(const ScannedHead& head, const Framing& framing) {
  if (head.chunked && head.content_length) {
    return refuse("the request has both Transfer-Encoding and Content-Length");
  }
  if (head.chunked && head.version < 11) {
    return refuse("HTTP/1.0 has no transfer codings");
  }
  if (!framing.has_host && head.version >= 11) {
    return refuse("HTTP/1.1 asks for a Host header");
  }
  return {};
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_byte);
}

Scanned<std::optional<std::size_t>> HeadEnd::find(std::string_view bytes, const HeadLimits& limits) {
  if (!bytes.empty() && !is_token_byte(bytes.front()) && bytes.front() != '\r') {
    return refuse("the request does not begin with a method");
  }
  while (true) {
    const std::size_t end = bytes.substr(0, limits.head_bytes_max).find('\n', looked_);
    if (end == bytes.npos) {
      break;
    }
    if (end == 0 || bytes[end - 1] != '\r') {
      return refuse("a line of the head ends in LF without CR");
    }
    const bool is_empty = end == line_ + 1;
    looked_ = line_ = end + 1;
    if (is_empty && end != 1) {
      return looked_;
    }
  }
  looked_ = std::min(bytes.size(), limits.head_bytes_max);
  if (bytes.size() < limits.head_bytes_max) {
    return std::nullopt;
  }
  return line_ <= 2 ? refuse(414, "the request's line is longer than limits.header_bytes")
                    : refuse(431, "the head of the request is longer than limits.header_bytes");
}

Scanned<Field> scan_field(std::string_view line) {
  if (line.starts_with(' ') || line.starts_with('\t')) {
    return refuse("a header is folded over two lines");
  }
  const std::size_t colon = line.find(':');
  Field field{line.substr(0, colon), {}};
  if (colon == line.npos || !is_token(field.name)) {
    return refuse("a line of the header is not a name, a colon and a value");
  }
  field.value = trimmed(line.substr(colon + 1));
  if (!std::all_of(field.value.begin(), field.value.end(), is_value_byte)) {
    return refuse("the value of a header holds a control character");
  }
  return field;
}

Scanned<ScannedHead> scan_head(std::string_view head, const HeadLimits& limits) {
  if (head.starts_with("\r\n")) {
    head.remove_prefix(2);
  }
  ScannedHead scanned;
  scanned.text = head;
  auto line = take_line(head);
  if (!line) {
    return tl::unexpected{line.error()};
  }
  if (const auto taken = scan_request_line(*line, limits, scanned); !taken) {
    return tl::unexpected{taken.error()};
  }
  Framing framing;
  for (std::size_t fields = 0;; ++fields) {
    line = take_line(head);
    if (!line) {
      return tl::unexpected{line.error()};
    }
    if (line->empty()) {
      break;
    }
    if (fields == limits.fields_max) {
      return refuse(431, "the header has more lines than limits.header_fields");
    }
    const auto field = scan_field(*line);
    if (!field) {
      return tl::unexpected{field.error()};
    }
    if (const auto fits = look_at(*field, scanned, framing); !fits) {
      return tl::unexpected{fits.error()};
    }
  }
  if (!head.empty()) {
    return refuse("the head goes on after its end");
  }
  if (const auto fits = check_framing(scanned, framing); !fits) {
    return tl::unexpected{fits.error()};
  }
  return scanned;
}

}  // namespace rowprint::daemon
