#pragma once

#include <string_view>

/// The tokens of JSON. Those that are cut here are of lines in which every string was found to be closed.
namespace rowprint {

/// What may stand between tokens.
inline constexpr std::string_view kJsonSpace = " \t\n\r";

/// Whether a number or a literal may end before `c`.
inline bool ends_scalar(char c) {
  return c == ',' || c == '}' || c == ']' || c == '\n' || c == ' ' || c == '\r' || c == '\t';
}

/// Whether the token that begins with the first letter of a literal is that literal. Reads six bytes.
inline bool is_literal(const char* token) {
  const auto is = [token](std::string_view word) {
    return std::string_view{token, word.size()} == word && ends_scalar(token[word.size()]);
  };
  return *token == 't' ? is("true") : *token == 'f' ? is("false") : is("null");
}

/// The closing quote of the raw key that begins at `begin`.
inline const char* closing_quote(const char* begin) {
  while (*begin != '"') {
    begin += *begin == '\\' ? 2 : 1;
  }
  return begin;
}

}  // namespace rowprint
