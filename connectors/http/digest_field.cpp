#include "connectors/http/digest_field.hpp"

#include "ingest/model/ascii.hpp"
#include "ingest/model/text_forms.hpp"

#include <algorithm>
#include <set>

namespace rowprint {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

/// Reads a structured field from left to right; what is not there is false or empty.
class StructuredFieldReader {
 public:
  explicit StructuredFieldReader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool take(char c) {
    const bool is_there = rest_.starts_with(c);
    rest_.remove_prefix(is_there ? 1 : 0);
    return is_there;
  }
  void skip(std::string_view characters) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(characters), rest_.size()));
  }
  std::string_view key() {
    if (rest_.empty() || !(is_lower(rest_.front()) || rest_.front() == '*')) {
      return {};
    }
    return take_while([](char c) { return is_lower(c) || is_digit(c) || is_one_of(c, "_-.*"); });
  }
  /// Behind its opening colon.
  std::optional<std::string_view> byte_sequence() {
    const std::string_view base64 =
        take_while([](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "+/="); });
    return take(':') ? std::optional{base64} : std::nullopt;
  }
  bool skip_parameters() {
    while (take(';')) {
      skip(" ");
      if (key().empty() || (take('=') && !skip_item())) {
        return false;
      }
    }
    return true;
  }

 private:
  template <typename Predicate>
  std::string_view take_while(Predicate predicate) {
    const auto end = std::ranges::find_if_not(rest_, predicate);
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  /// A bare item, whatever its type (RFC 8941, section 3.3).
  bool skip_item() {
    if (take(':')) {
      return byte_sequence().has_value();
    }
    if (take('"')) {
      return skip_string();
    }
    if (take('?')) {
      return take('0') || take('1');
    }
    if (!rest_.empty() && (is_letter(rest_.front()) || rest_.front() == '*')) {
      take_while([](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "!#$%&'*+-.^_`|~:/"); });
      return true;
    }
    return skip_number();
  }
  bool skip_string() {
    while (!rest_.empty() && rest_.front() >= 0x20 && rest_.front() < 0x7f) {
      if (take('"')) {
        return true;
      }
      if (take('\\') && !(rest_.starts_with('"') || rest_.starts_with('\\'))) {
        return false;
      }
      rest_.remove_prefix(1);
    }
    return false;
  }
  bool skip_number() {
    take('-');
    const std::size_t integer = take_while(is_digit).size();
    if (!take('.')) {
      return integer >= 1 && integer <= 15;
    }
    const std::size_t fraction = take_while(is_digit).size();
    return integer >= 1 && integer <= 12 && fraction >= 1 && fraction <= 3;
  }

  std::string_view rest_;
};

tl::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorCode::bad_input, std::string{what});
}

/// RFC 8941, section 4.2.7: padding may be left out.
std::optional<hashing::ByteBuffer> decode(std::string_view base64) {
  std::string padded{base64};
  padded.append((4 - padded.size() % 4) % 4, '=');
  hashing::ByteBuffer bytes;
  return text_forms::parse_base64(padded, bytes) ? std::optional{std::move(bytes)} : std::nullopt;
}

template <typename Digest>
bool take_digest(hashing::ByteView bytes, std::optional<Digest>& digest) {
  if (bytes.size() != Digest{}.size()) {
    return false;
  }
  std::ranges::copy(bytes, digest.emplace().begin());
  return true;
}

/// One algorithm and its digest.
Result<void> take_member(StructuredFieldReader& reader, std::set<std::string_view>& seen, DigestField& field) {
  const std::string_view algorithm = reader.key();
  if (algorithm.empty()) {
    return malformed("not a dictionary of algorithms and digests");
  }
  if (!seen.insert(algorithm).second) {
    return malformed("the algorithm " + std::string{algorithm} + " stands there twice");
  }
  const auto base64 = reader.take('=') && reader.take(':') ? reader.byte_sequence() : std::optional<std::string_view>{};
  const auto bytes = base64 ? decode(*base64) : std::nullopt;
  if (!bytes || !reader.skip_parameters()) {
    return malformed("the digest of " + std::string{algorithm} + " is not base64 between colons");
  }
  const bool fits = algorithm == "sha-256"   ? take_digest(bytes->view(), field.sha256)
                    : algorithm == "sha-512" ? take_digest(bytes->view(), field.sha512)
                                             : true;
  if (!fits) {
    return malformed("what stands under " + std::string{algorithm} + " is not one of its digests");
  }
  return {};
}

}  // namespace

Result<DigestField> parse_digest_field(std::string_view value) {
  DigestField field;
  std::set<std::string_view> seen;
  StructuredFieldReader reader{value};
  reader.skip(kBlanks);
  while (!reader.at_end()) {
    if (auto taken = take_member(reader, seen, field); !taken) {
      return fail(std::move(taken.error()));
    }
    reader.skip(kBlanks);
    if (reader.at_end()) {
      break;
    }
    if (!reader.take(',')) {
      return malformed("no comma between two digests");
    }
    reader.skip(kBlanks);
    if (reader.at_end()) {
      return malformed("nothing behind the last comma");
    }
  }
  return field;
}

std::string format_digest(hashing::ByteView digest) {
  std::string text{":"};
  text_forms::format_base64(text, digest);
  return text + ":";
}

std::string_view wanted_digests() {
  return "sha-256=10, sha-512=5";
}

}  // namespace rowprint
