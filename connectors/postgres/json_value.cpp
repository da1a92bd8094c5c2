#include "connectors/postgres/value_type.hpp"
#include "hashing/canonical_reader.hpp"
#include "ingest/model/text_forms.hpp"
#include "ingest/model/utf8.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <span>

/// json and jsonb as values. A number is exactly what its digits say, as jsonb keeps it: an integer, or a decimal where
/// it is written with a point or an exponent; it never passes through a double.
namespace rowprint::postgres {
namespace {

using hashing::ByteBuffer;
using hashing::ByteView;

/// Reads one JSON text (RFC 8259) and appends its canonical encoding. Lifecycle: one for a text. Thread safety: none.
class JsonReader {
 public:
  JsonReader(std::string_view json, Decoding& decoding, ByteBuffer& out)
      : at_(json.data()), end_(json.data() + json.size()), decoding_(decoding), out_(out) {}

  /// The whole text, in which one value stands.
  bool document(int depth);

 private:
  bool value(int depth);
  bool list(int depth);
  bool map(int depth);
  bool pair(int depth);
  bool number();
  bool integer(std::string_view token);
  bool string();
  bool escape();
  bool code_point();
  bool hex_digits(std::uint32_t& unit);
  bool word(std::string_view expected);

  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) {
      ++at_;
    }
  }
  /// Takes `c` if it comes next, after white space.
  bool take(char c) {
    skip_space();
    if (at_ == end_ || *at_ != c) {
      return false;
    }
    ++at_;
    return true;
  }
  std::size_t skip_digits() {
    const char* begin = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') {
      ++at_;
    }
    return static_cast<std::size_t>(at_ - begin);
  }
  bool no_json() { return decoding_.malformed("JSON"); }

  const char* at_;
  const char* end_;
  Decoding& decoding_;
  ByteBuffer& out_;
  std::string text_;  // of the string read last, unescaped
};

bool JsonReader::document(int depth) {
  skip_space();
  if (at_ != end_ && *at_ == 'n') {
    // In a row a null and a missing value are one, so this one would be taken for SQL's NULL.
    return decoding_.refuse(
        "a JSON null, which cannot be told from NULL: read nullif(x, 'null') to take both for one, or cast it to text");
  }
  if (!value(depth)) {
    return false;
  }
  skip_space();
  return at_ == end_ || no_json();
}

bool JsonReader::value(int depth) {
  skip_space();
  if (at_ == end_) {
    return no_json();
  }
  switch (*at_) {
    case '{':
      return map(depth);
    case '[':
      return list(depth);
    case '"':
      if (!string()) {
        return false;
      }
      hashing::put_text(out_, text_);
      return true;
    case 't':
      hashing::put_bool(out_, true);
      return word("true");
    case 'f':
      hashing::put_bool(out_, false);
      return word("false");
    case 'n':
      hashing::put_null(out_);
      return word("null");
    default:
      return number();
  }
}

bool JsonReader::word(std::string_view expected) {
  if (static_cast<std::size_t>(end_ - at_) < expected.size() ||
      std::memcmp(at_, expected.data(), expected.size()) != 0) {
    return no_json();
  }
  at_ += expected.size();
  return true;
}

bool JsonReader::list(int depth) {
  if (!may_open(depth, decoding_)) {
    return false;
  }
  ++at_;
  const std::size_t begin = out_.size();
  std::uint64_t count = 0;
  if (!take(']')) {
    do {
      if (!value(depth + 1)) {
        return decoding_.inside("[" + std::to_string(count) + "]");
      }
      ++count;
    } while (take(','));
    if (!take(']')) {
      return no_json();
    }
  }
  // The head comes first but its length depends on the count: the items make room for it.
  const std::size_t items_end = out_.size();
  hashing::put_list(out_, count);
  std::array<std::uint8_t, 9> head{};
  const std::size_t head_size = out_.size() - items_end;
  std::memcpy(head.data(), out_.data() + items_end, head_size);
  std::memmove(out_.data() + begin + head_size, out_.data() + begin, items_end - begin);
  std::memcpy(out_.data() + begin, head.data(), head_size);
  return true;
}

bool JsonReader::map(int depth) {
  if (!may_open(depth, decoding_)) {
    return false;
  }
  ++at_;
  const std::size_t begin = out_.size();
  const std::size_t first_entry = decoding_.entries.size();
  if (!take('}')) {
    do {
      if (!pair(depth)) {
        return false;
      }
    } while (take(','));
    if (!take('}')) {
      return no_json();
    }
  }
  const auto refusal = hashing::close_map(out_, begin, std::span{decoding_.entries}.subspan(first_entry));
  decoding_.entries.resize(first_entry);
  return refusal == hashing::Refusal::none ||
         decoding_.refuse(
             "a JSON object in which a key stands twice: cast it to jsonb, which keeps the last, or to text");
}

bool JsonReader::pair(int depth) {
  skip_space();
  if (at_ == end_ || *at_ != '"' || !string()) {
    return no_json();
  }
  hashing::MapEntry entry{out_.size(), 0, 0};
  hashing::put_text(out_, text_);
  entry.value_begin = out_.size();
  if (!take(':')) {
    return no_json();
  }
  if (!value(depth + 1)) {
    hashing::CanonicalReader key{out_.view().subspan(entry.key_begin, entry.value_begin - entry.key_begin)};
    const auto name = key.read();
    return decoding_.inside("." + std::string{name ? hashing::as_text(name->bytes) : std::string_view{}});
  }
  entry.value_end = out_.size();
  decoding_.entries.push_back(entry);
  return true;
}

bool JsonReader::number() {
  const char* begin = at_;
  if (at_ != end_ && *at_ == '-') {
    ++at_;
  }
  const char* first_digit = at_;
  const std::size_t whole = skip_digits();
  if (whole == 0 || (whole > 1 && *first_digit == '0')) {
    return no_json();
  }
  bool is_integer = true;
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    is_integer = false;
    if (skip_digits() == 0) {
      return no_json();
    }
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    is_integer = false;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) {
      ++at_;
    }
    if (skip_digits() == 0) {
      return no_json();
    }
  }
  const std::string_view token{begin, static_cast<std::size_t>(at_ - begin)};
  if (is_integer) {
    return integer(token);
  }
  const auto parts = text_forms::parse_decimal(token);
  if (!parts) {
    return no_json();
  }
  const hashing::Refusal refusal = hashing::put_decimal(out_, parts->digits, parts->exponent);
  return refusal == hashing::Refusal::none ||
         decoding_.refuse(std::string{hashing::describe(refusal)}, ErrorCode::limit_exceeded);
}

bool JsonReader::integer(std::string_view token) {
  std::int64_t small = 0;
  if (std::from_chars(token.data(), token.data() + token.size(), small).ec == std::errc{}) {
    hashing::put_int(out_, small);
    return true;
  }
  const hashing::Refusal refusal = hashing::put_integer_digits(out_, token);
  return refusal == hashing::Refusal::none ||
         decoding_.refuse(std::string{hashing::describe(refusal)}, ErrorCode::limit_exceeded);
}

bool JsonReader::string() {
  ++at_;
  text_.clear();
  for (;;) {
    const char* begin = at_;
    while (at_ != end_ && *at_ != '"' && *at_ != '\\') {
      ++at_;
    }
    text_.append(begin, at_);
    if (at_ == end_) {
      return no_json();
    }
    if (*at_++ == '"') {
      return is_valid_utf8(text_) || decoding_.refuse("text that is not valid UTF-8");
    }
    if (!escape()) {
      return false;
    }
  }
}

bool JsonReader::escape() {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kCharacters = "\"\\/\b\f\n\r\t";
  if (at_ == end_) {
    return no_json();
  }
  const char letter = *at_++;
  if (letter == 'u') {
    return code_point();
  }
  const std::size_t index = kLetters.find(letter);
  if (index == std::string_view::npos) {
    return no_json();
  }
  text_.push_back(kCharacters[index]);
  return true;
}

bool JsonReader::code_point() {
  std::uint32_t unit = 0;
  if (!hex_digits(unit)) {
    return no_json();
  }
  if (unit >= 0xd800 && unit < 0xe000) {
    std::uint32_t low = 0;
    const bool pair = unit < 0xdc00 && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u';
    at_ += pair ? 2 : 0;
    if (!pair || !hex_digits(low) || low < 0xdc00 || low >= 0xe000) {
      return decoding_.refuse("JSON with half of a surrogate pair, which is no text");
    }
    unit = 0x1'0000 + ((unit - 0xd800) << 10U) + (low - 0xdc00);
  }
  const auto put = [this](std::uint32_t byte) { text_.push_back(static_cast<char>(byte)); };
  if (unit < 0x80) {
    put(unit);
  } else if (unit < 0x800) {
    put(0xc0 | unit >> 6U);
    put(0x80 | (unit & 0x3fU));
  } else if (unit < 0x1'0000) {
    put(0xe0 | unit >> 12U);
    put(0x80 | (unit >> 6U & 0x3fU));
    put(0x80 | (unit & 0x3fU));
  } else {
    put(0xf0 | unit >> 18U);
    put(0x80 | (unit >> 12U & 0x3fU));
    put(0x80 | (unit >> 6U & 0x3fU));
    put(0x80 | (unit & 0x3fU));
  }
  return true;
}

bool JsonReader::hex_digits(std::uint32_t& unit) {
  constexpr std::ptrdiff_t kDigits = 4;
  if (end_ - at_ < kDigits) {
    return false;
  }
  const auto [end, error] = std::from_chars(at_, at_ + kDigits, unit, 16);
  const bool all = error == std::errc{} && end == at_ + kDigits;
  at_ += kDigits;
  return all;
}

}  // namespace

bool put_json(const ValueType& /*type*/, ByteView field, Decoding& decoding, ByteBuffer& out, int depth) {
  return JsonReader{hashing::as_text(field), decoding, out}.document(depth);
}

bool put_jsonb(const ValueType& type, ByteView field, Decoding& decoding, ByteBuffer& out, int depth) {
  constexpr std::uint8_t kVersion = 1;
  if (field.empty() || field.front() != kVersion) {
    return decoding.malformed(type.name);
  }
  return put_json(type, field.subspan(1), decoding, out, depth);
}

}  // namespace rowprint::postgres
