#include "ingest/sql/tokens.hpp"

#include "ingest/model/ascii.hpp"

#include <algorithm>

namespace rowprint::sql {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool begins_word(char c) {
  return is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

bool is_in_word(char c) {
  return begins_word(c) || is_digit(c) || c == '$';
}

bool is_keyword(const Token& token, std::string_view keyword) {
  return token.kind == Token::Kind::word && std::ranges::equal(token.text, keyword, {}, upper);
}

std::optional<Token> Tokenizer::next() {
  while (skip_space()) {
  }
  if (next_ >= sql_.size()) {
    ended_ = true;
    return std::nullopt;
  }
  Token token;
  token.offset = next_;
  token.kind = read_kind();
  token.text = sql_.substr(token.offset, next_ - token.offset);
  if (token.kind == Token::Kind::symbol && token.text.size() == 1) {
    count_nesting(token.text.front());
  }
  token.parentheses = parentheses_;
  token.brackets = brackets_;
  return token;
}

/// Whether there was any.
bool Tokenizer::skip_space() {
  const std::size_t begin = next_;
  if (is_space(at(next_)) && next_ < sql_.size()) {
    ++next_;
  } else if (at(next_) == '-' && at(next_ + 1) == '-') {
    skip_line();
  } else if (at(next_) == '/' && at(next_ + 1) == '*') {
    skip_comment();
  }
  return next_ != begin;
}

void Tokenizer::skip_line() {
  while (next_ < sql_.size() && at(next_) != '\n' && !(lexicon_.carriage_returns && at(next_) == '\r')) {
    ++next_;
  }
}

void Tokenizer::skip_comment() {
  next_ += 2;
  if (at(next_) == '!') {
    sound_ = false;  // MySQL and MariaDB execute what stands in it
  }
  for (int open = 1; open != 0;) {
    if (next_ >= sql_.size()) {
      sound_ = false;
      return;
    }
    if (at(next_) == '*' && at(next_ + 1) == '/') {
      --open;
      next_ += 2;
    } else if (lexicon_.nested_comments && at(next_) == '/' && at(next_ + 1) == '*') {
      ++open;
      next_ += 2;
    } else {
      ++next_;
    }
  }
}

Token::Kind Tokenizer::read_kind() {
  const char first = at(next_);
  if (begins_word(first)) {
    return read_word();
  }
  if (is_digit(first) || (first == '.' && is_digit(at(next_ + 1)))) {
    read_number();
    return Token::Kind::number;
  }
  switch (first) {
    case '\'':
      read_quoted('\'', lexicon_.backslashes);
      return Token::Kind::string;
    case '"':
      read_quoted('"', false);
      return Token::Kind::quoted_name;
    case '$':
      return read_dollar();
    case ':':
      return read_colon();
    case '`':
      if (lexicon_.backtick_quotes) {
        read_quoted('`', false);
        return Token::Kind::quoted_name;
      }
      break;
    case '[':
      if (lexicon_.bracket_quotes) {
        const std::size_t end = sql_.find(']', next_);
        sound_ = sound_ && end != std::string_view::npos;
        next_ = end == std::string_view::npos ? sql_.size() : end + 1;
        return Token::Kind::quoted_name;
      }
      break;
    default:
      break;
  }
  ++next_;
  return Token::Kind::symbol;
}

/// A word, or what a one-letter word before a quote makes of it.
Token::Kind Tokenizer::read_word() {
  const std::size_t begin = next_;
  while (next_ < sql_.size() && is_in_word(at(next_))) {
    ++next_;
  }
  const std::string_view word = sql_.substr(begin, next_ - begin);
  const char letter = word.size() == 1 ? upper(word.front()) : '\0';
  if (letter == 'U' && at(next_) == '&' && (at(next_ + 1) == '\'' || at(next_ + 1) == '"')) {
    ++next_;
    const char quote = at(next_);
    read_quoted(quote, false);
    return quote == '"' ? Token::Kind::quoted_name : Token::Kind::string;
  }
  const bool prefix = letter == 'E' || letter == 'X' || letter == 'B' || letter == 'N';
  if (!prefix || at(next_) != '\'') {
    return Token::Kind::word;
  }
  const bool escapes = letter == 'E' && lexicon_.escape_strings;
  do {
    read_quoted('\'', escapes || lexicon_.backslashes);
  } while (escapes && continues_string());
  return Token::Kind::string;
}

/// After the end of a string with escapes: a string on one of the next lines belongs to it, and has escapes too. Stands
/// then at its quote.
bool Tokenizer::continues_string() {
  std::size_t index = next_;
  bool new_line = false;
  while (index < sql_.size()) {
    if (at(index) == '-' && at(index + 1) == '-') {
      while (index < sql_.size() && at(index) != '\n' && at(index) != '\r') {
        ++index;
      }
    } else if (is_space(at(index))) {
      new_line = new_line || at(index) == '\n' || at(index) == '\r';
      ++index;
    } else {
      break;
    }
  }
  if (!new_line || at(index) != '\'') {
    return false;
  }
  next_ = index;
  return true;
}

void Tokenizer::read_quoted(char quote, bool backslashes) {
  ++next_;
  while (next_ < sql_.size()) {
    const char c = at(next_++);
    if (c == '\\' && backslashes) {
      ++next_;
    } else if (c == quote) {
      if (at(next_) != quote) {
        return;
      }
      ++next_;
    }
  }
  next_ = sql_.size();
  sound_ = false;
}

Token::Kind Tokenizer::read_dollar() {
  ++next_;
  if (is_digit(at(next_))) {
    while (is_digit(at(next_))) {
      ++next_;
    }
    return Token::Kind::position;
  }
  if (!lexicon_.dollar_quotes) {
    while (next_ < sql_.size() && is_in_word(at(next_))) {
      ++next_;
    }
    return Token::Kind::symbol;
  }
  std::size_t end = next_;
  while (end < sql_.size() && (begins_word(at(end)) || is_digit(at(end)))) {
    ++end;
  }
  if (at(end) != '$') {
    return Token::Kind::symbol;
  }
  const std::string_view tag = sql_.substr(next_ - 1, end + 1 - (next_ - 1));
  const std::size_t close = sql_.find(tag, end + 1);
  sound_ = sound_ && close != std::string_view::npos;
  next_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
  return Token::Kind::string;
}

Token::Kind Tokenizer::read_colon() {
  ++next_;
  if (at(next_) == ':' || at(next_) == '=') {
    ++next_;
    return Token::Kind::symbol;
  }
  if (!begins_word(at(next_))) {
    return Token::Kind::symbol;
  }
  while (next_ < sql_.size() && (begins_word(at(next_)) || is_digit(at(next_)))) {
    ++next_;
  }
  return Token::Kind::placeholder;
}

/// Ends where a number must: some servers take `1ORDER BY x` for `1 ORDER BY x`.
void Tokenizer::read_number() {
  const auto skip_digits = [this] {
    while (is_digit(at(next_))) {
      ++next_;
    }
  };
  skip_digits();
  if (at(next_) == '.') {
    ++next_;
    skip_digits();
  }
  const std::size_t sign = at(next_ + 1) == '+' || at(next_ + 1) == '-' ? 1 : 0;
  if (upper(at(next_)) == 'E' && is_digit(at(next_ + 1 + sign))) {
    next_ += 1 + sign;
    skip_digits();
  }
}

void Tokenizer::count_nesting(char symbol) {
  switch (symbol) {
    case '(':
      ++parentheses_;
      return;
    case ')':
      --parentheses_;
      break;
    case '[':
      ++brackets_;
      return;
    case ']':
      --brackets_;
      break;
    default:
      return;
  }
  sound_ = sound_ && parentheses_ >= 0 && brackets_ >= 0;
}

}  // namespace rowprint::sql
