#include "daemon/routes/entity_tag.hpp"

#include "hashing/sha256.hpp"
#include "ingest/model/ascii.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <vector>

namespace rowprint::daemon {
namespace {

constexpr std::size_t kKeyCharactersMax = 255;
constexpr std::size_t kStateBytes = 8;

struct Tag {
  bool weak = false;
  std::string_view opaque;  ///< without the quotes
};

bool is_tag_character(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte == 0x21 || (byte >= 0x23 && byte <= 0x7e) || byte >= 0x80;
}

/// Takes a tag off the front of `text`.
std::optional<Tag> take_tag(std::string_view& text) {
  Tag tag;
  if (text.starts_with("W/")) {
    tag.weak = true;
    text.remove_prefix(2);
  }
  if (!text.starts_with('"')) {
    return std::nullopt;
  }
  const std::size_t end = text.find('"', 1);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  tag.opaque = text.substr(1, end - 1);
  text = trimmed(text.substr(end + 1));
  return std::ranges::all_of(tag.opaque, is_tag_character) ? std::optional{tag} : std::nullopt;
}

/// Nothing where `text` is not a list of one tag or more. Empty items between commas are allowed.
std::optional<std::vector<Tag>> parse_tags(std::string_view text) {
  std::vector<Tag> tags;
  for (text = trimmed(text); !text.empty();) {
    if (text.front() == ',') {
      text = trimmed(text.substr(1));
      continue;
    }
    const auto tag = take_tag(text);
    if (!tag || (!text.empty() && text.front() != ',')) {
      return std::nullopt;
    }
    tags.push_back(*tag);
  }
  return tags.empty() ? std::nullopt : std::optional{std::move(tags)};
}

/// Nothing where it is no tag of ours, and so that of no version.
std::optional<VersionTag> version_of(const Tag& tag) {
  const std::string_view name = tag.opaque.substr(0, tag.opaque.find('.'));
  const std::size_t dash = name.find('-');
  if (tag.weak || dash == std::string_view::npos) {
    return std::nullopt;
  }
  VersionTag version;
  const char* const end = name.data() + dash;
  const auto [read, problem] = std::from_chars(name.data(), end, version.number);
  const auto fingerprint = hashing::Fingerprint::parse(name.substr(dash + 1));
  if (problem != std::errc{} || read != end || !fingerprint) {
    return std::nullopt;
  }
  version.fingerprint = *fingerprint;
  return version;
}

tl::unexpected<Error> not_a_key() {
  return fail(ErrorCode::bad_input,
              fmt::format("Idempotency-Key must be a string in double quotes (RFC 8941) of 1 to {} characters",
                          kKeyCharactersMax));
}

}  // namespace

std::string entity_tag(const Version& version, std::string_view state) {
  return fmt::format("\"{}-{}.{}\"", version.number, version.fingerprint.text(), state);
}

std::string entity_tag_of_body(const Version& version, std::string_view body) {
  const hashing::Digest digest = hashing::Sha256::of(hashing::as_bytes(body));
  return entity_tag(version, hashing::to_hex(hashing::ByteView{digest}.first(kStateBytes)));
}

Result<Precondition> parse_precondition(const Request& request) {
  const auto match = request.joined_header("if-match");
  const auto none_match = request.joined_header("if-none-match");
  Precondition precondition;
  if (match && none_match) {
    return fail(ErrorCode::bad_input, "If-Match and If-None-Match are not taken together");
  }
  if (none_match) {
    if (trimmed(*none_match) != "*") {
      return fail(ErrorCode::bad_input, "If-None-Match of a push must be *");
    }
    precondition.demand = Precondition::Demand::no_version;
  } else if (match && trimmed(*match) == "*") {
    precondition.demand = Precondition::Demand::some_version;
  } else if (match) {
    const auto tags = parse_tags(*match);
    if (!tags) {
      return fail(ErrorCode::bad_input, "If-Match must be * or a list of entity tags");
    }
    precondition.demand = Precondition::Demand::latest_among_tags;
    for (const Tag& tag : *tags) {
      if (const auto version = version_of(tag)) {
        precondition.tags.push_back(*version);
      }
    }
  }
  return precondition;
}

bool is_not_modified(const Request& request, std::string_view tag) {
  const auto header = request.joined_header("if-none-match");
  if (!header) {
    return false;
  }
  if (trimmed(*header) == "*") {
    return true;
  }
  const auto tags = parse_tags(*header);
  return tags && std::ranges::any_of(*tags, [&](const Tag& known) {
           return tag.size() == known.opaque.size() + 2 && tag.substr(1, known.opaque.size()) == known.opaque;
         });
}

Response not_modified(std::string tag) {
  Response response;
  response.status = 304;
  response.headers.emplace_back("ETag", std::move(tag));
  return response;
}

Result<std::string> parse_idempotency_key(const Request& request) {
  const auto header = request.joined_header("idempotency-key");
  if (!header) {
    return std::string{};
  }
  const std::string_view text = trimmed(*header);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
    return not_a_key();
  }
  std::string key;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if (text[at] == '\\') {
      // What is escaped is a quote or a backslash, and the closing quote is neither.
      ++at;
      if (at + 1 >= text.size() || (text[at] != '"' && text[at] != '\\')) {
        return not_a_key();
      }
    } else if (text[at] == '"' || text[at] < 0x20 || text[at] > 0x7e) {
      return not_a_key();
    }
    key += text[at];
  }
  if (key.empty() || key.size() > kKeyCharactersMax) {
    return not_a_key();
  }
  return key;
}

}  // namespace rowprint::daemon
