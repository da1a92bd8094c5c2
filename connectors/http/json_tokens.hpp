#pragma once

#include <string_view>

/// The tokens of JSON. Those that are cut here are of lines in which simdjson has found every string closed.
namespace rowprint {

/// What may stand between tokens.
inline constexpr std::string_view kJsonSpace = " \t\n\r";

/// What stands between the quotes of a string token, which simdjson cut where the next token begins.
inline std::string_view between_quotes(std::string_view token) {
  while (token.back() != '"') {
    token.remove_suffix(1);
  }
  return token.substr(1, token.size() - 2);
}

/// The closing quote of the raw key that begins at `begin`.
inline const char* closing_quote(const char* begin) {
  while (*begin != '"') {
    begin += *begin == '\\' ? 2 : 1;
  }
  return begin;
}

}  // namespace rowprint
