#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rowprint::sql {

/// Where the tongues of SQL databases differ as far as a tokenizer meets it.
struct Lexicon {
  bool nested_comments = false;   ///< `/* /* */ */` is one comment
  bool dollar_quotes = false;     ///< $tag$…$tag$
  bool escape_strings = false;    ///< E'…' with backslashes
  bool backslashes = false;       ///< backslashes in '…' as well
  bool bracket_quotes = false;    ///< […] is a quoted name, not a subscript
  bool backtick_quotes = false;   ///< `…` is a quoted name
  bool carriage_returns = false;  ///< end a `--` comment as a line feed does
};
constexpr Lexicon kPostgresql{true, true, true, false, false, false, true};
constexpr Lexicon kSqlite{false, false, false, false, true, true, false};

struct Token {
  enum class Kind : std::uint8_t {
    word,         ///< a keyword or a name
    quoted_name,  ///< "…", U&"…", `…`, […]
    string,       ///< '…', E'…', U&'…', X'…', B'…', $tag$…$tag$
    number,
    placeholder,  ///< `:name`; `text` is with the colon
    position,     ///< `$1`
    symbol,       ///< anything else: one character, or one of `::`, `:=`
  };
  Kind kind = Kind::symbol;
  std::string_view text;  ///< as it stands there
  std::size_t offset = 0;
  int parentheses = 0;  ///< open around it; an opening one counts itself, a closing one not
  int brackets = 0;     ///< the same of [ and ], where they are no quotes
};

/// Takes SQL apart; white space and comments are left out.
///
/// Knows what quotes and comments are, and nothing of grammar: it takes any text. Lifecycle: construct over a text,
/// next() until nothing. Ownership: borrows the text; tokens point into it. Thread safety: none. Cost: linear.
class Tokenizer {
 public:
  Tokenizer(std::string_view sql, Lexicon lexicon) : sql_(sql), lexicon_(lexicon) {}

  std::optional<Token> next();
  /// False once something is in doubt: a quote or a comment without its end, a parenthesis or a bracket without its
  /// other, a comment that some databases execute. After the last token it is the verdict on the whole.
  bool sound() const { return sound_ && (!ended_ || (parentheses_ == 0 && brackets_ == 0)); }

 private:
  char at(std::size_t index) const { return index < sql_.size() ? sql_[index] : '\0'; }
  bool skip_space();
  void skip_line();
  void skip_comment();
  Token::Kind read_kind();
  Token::Kind read_word();
  Token::Kind read_dollar();
  Token::Kind read_colon();
  void read_number();
  void read_quoted(char quote, bool backslashes);
  bool continues_string();
  void count_nesting(char symbol);

  std::string_view sql_;
  Lexicon lexicon_;
  std::size_t next_ = 0;
  int parentheses_ = 0;
  int brackets_ = 0;
  bool sound_ = true;
  bool ended_ = false;
};

/// Whether a word goes on with this character.
bool is_in_word(char c);
/// Whether an unquoted word is that keyword, in whatever case; `keyword` in upper case.
bool is_keyword(const Token& token, std::string_view keyword);

}  // namespace rowprint::sql
