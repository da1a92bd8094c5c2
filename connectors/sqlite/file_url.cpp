#include "connectors/sqlite/file_url.hpp"

#include "ingest/model/ascii.hpp"
#include "ingest/model/utf8.hpp"

#include <optional>

namespace rowprint::sqlite_file {
namespace {

constexpr std::string_view kScheme = "sqlite:";
constexpr std::string_view kHex = "0123456789ABCDEF";

std::optional<unsigned> hex_value(char c) {
  const char upper = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  const std::size_t value = kHex.find(upper);
  return value == std::string_view::npos ? std::nullopt : std::optional{static_cast<unsigned>(value)};
}

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
    if (!high || !low) {
      return fail(ErrorCode::bad_input, "in the SQLite URL a % is not followed by two hexadecimal digits");
    }
    decoded.push_back(static_cast<char>(static_cast<unsigned char>(*high << 4U | *low)));
    i += 2;
  }
  return decoded;
}

bool is_plain(char c, bool utf8) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > ' ' && byte != 0x7f && (byte < 0x80 || utf8) && c != '%' && c != '?' && c != '#';
}

bool has_scheme(std::string_view url) {
  return equal_ignoring_case(url.substr(0, kScheme.size()), kScheme);
}

}  // namespace

Result<std::string> parse_file_url(std::string_view url) {
  constexpr std::string_view kForms =
      "a SQLite URL is sqlite:///path for a path from the working directory, or sqlite:////path for an absolute one";
  if (!has_scheme(url)) {
    return fail(ErrorCode::bad_input, std::string{kForms});
  }
  url.remove_prefix(kScheme.size());
  if (url.find_first_of("?#") != std::string_view::npos) {
    return fail(ErrorCode::bad_input, "a SQLite URL has no options; in a path, ? is written %3F and # is written %23");
  }
  if (!url.starts_with("///")) {
    return fail(ErrorCode::bad_input, std::string{kForms});
  }
  auto path = percent_decode(url.substr(3));
  if (!path) {
    return path;
  }
  if (path->empty() || *path == ":memory:") {
    return fail(ErrorCode::bad_input, "a SQLite database in memory holds nothing to read: " + std::string{kForms});
  }
  if (path->find('\0') != std::string::npos) {
    return fail(ErrorCode::bad_input, "the path in a SQLite URL holds a NUL");
  }
  return path;
}

std::string format_file_url(std::string_view path) {
  std::string url = "sqlite:///";
  const bool utf8 = is_valid_utf8(path);
  for (const char c : path) {
    if (is_plain(c, utf8)) {
      url.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      url.push_back('%');
      url.push_back(kHex[byte >> 4U]);
      url.push_back(kHex[byte & 15U]);
    }
  }
  return url;
}

}  // namespace rowprint::sqlite_file
