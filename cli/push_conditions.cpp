#include "cli/push_conditions.hpp"

#include <algorithm>

namespace rowprint::cli {
namespace {

constexpr std::size_t kKeyCharactersMax = 255;

bool is_printable(char character) {
  return character >= 0x20 && character <= 0x7e;
}

}  // namespace

Result<std::string> if_match_header(const std::string& text) {
  if (text == "*") {
    return text;
  }
  const bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  const std::string tag = is_quoted ? text.substr(1, text.size() - 2) : text;
  const auto stands_in_a_tag = [](char character) {
    return is_printable(character) && character != ' ' && character != '"';
  };
  if (tag.empty() || !std::ranges::all_of(tag, stands_in_a_tag)) {
    return fail(ErrorCode::bad_input, "must be * or an entity tag: N-FINGERPRINT, the latest version that is expected");
  }
  return '"' + tag + '"';
}

Result<std::string> idempotency_key_header(const std::string& key) {
  if (key.empty() || key.size() > kKeyCharactersMax || !std::ranges::all_of(key, is_printable)) {
    return fail(ErrorCode::bad_input,
                "must be 1 to " + std::to_string(kKeyCharactersMax) + " printable ASCII characters");
  }
  std::string header = "\"";
  for (const char character : key) {
    if (character == '"' || character == '\\') {
      header += '\\';
    }
    header += character;
  }
  return header + '"';
}

}  // namespace rowprint::cli
