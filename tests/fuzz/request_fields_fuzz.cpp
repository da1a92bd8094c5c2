#include "connectors/http/content_coding.hpp"
#include "connectors/http/media_type.hpp"
#include "daemon/routes/entity_tag.hpp"
#include "hashing/bytes.hpp"
#include "ingest/model/ascii.hpp"
#include "ingest/model/schema.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/written_request.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

/// Input: the value of a field of a request's header, read as each of those that a push has. Laws: what is taken,
/// written again reads as the same; another item of a list adds itself and nothing else; what may stand only once is
/// refused twice; a refusal has a reason, and stays one whatever is added.
namespace rowprint::daemon {
namespace {

using fuzz::must;
using Demand = Precondition::Demand;

Request with(std::string name, std::string_view value) {
  Request request;
  request.headers.emplace_back(std::move(name), value);
  return request;
}

/// No input is likely to name it by chance.
Version own_version() {
  Version version;
  version.number = 7;
  version.fingerprint.digest.fill(0x5a);
  return version;
}

const std::string& own_tag() {
  static const std::string kTag = entity_tag(own_version(), "s");
  return kTag;
}

bool same(const Result<Precondition>& left, const Result<Precondition>& right) {
  return left && right && left->demand == right->demand && left->tags == right->tags;
}

std::string write(const std::vector<VersionTag>& tags) {
  std::string list{"W/\"\""};
  for (const VersionTag& tag : tags) {
    Version version;
    version.number = tag.number;
    version.fingerprint = tag.fingerprint;
    list += "," + entity_tag(version, "");
  }
  return list;
}

/// RFC 9110, sections 5.6.1 and 8.8.3: tags between commas, of which there may be too many.
bool is_tag_list(std::string_view text) {
  bool is_next = true;
  bool is_any = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' || text[i] == ' ' || text[i] == '\t') {
      is_next = is_next || text[i] == ',';
      continue;
    }
    const std::size_t open = i + (text.substr(i).starts_with("W/") ? 2 : 0);
    const std::size_t close = text.find('"', open + 1);
    if (!is_next || !text.substr(open).starts_with('"') || close == text.npos ||
        std::ranges::any_of(text.substr(open + 1, close - open - 1),
                            [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; })) {
      return false;
    }
    i = close;
    is_next = false;
    is_any = true;
  }
  return is_any;
}

/// Where a quoted `number-fingerprint` ends in `text`, with or without a state behind it; npos where there is none.
std::size_t end_of(const VersionTag& tag, std::string_view text) {
  const std::string name = std::to_string(tag.number) + "-" + tag.fingerprint.text();
  for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    const std::string_view before = text.substr(0, text.find_last_not_of('0', at == 0 ? 0 : at - 1) + 1);
    const std::string_view behind = text.substr(at + name.size());
    if (before.ends_with('"') && (behind.starts_with('"') || behind.starts_with('.'))) {
      return at + name.size();
    }
  }
  return text.npos;
}

void check_tags(std::string_view value, const Precondition& taken) {
  must(same(parse_precondition(with("if-match", write(taken.tags))), taken), "tags read as the same when written");
  std::string_view rest = value;
  for (const VersionTag& tag : taken.tags) {
    const std::size_t end = end_of(tag, rest);
    must(end != rest.npos, "a tag stands in the field, in its place");
    rest.remove_prefix(end);
  }
  Precondition more = taken;
  more.tags.push_back({own_version().number, own_version().fingerprint});
  must(same(parse_precondition(with("if-match", std::string{value} + " ,\t" + own_tag())), more),
       "another tag adds itself and nothing else");
  std::rotate(more.tags.begin(), more.tags.end() - 1, more.tags.end());
  must(same(parse_precondition(with("if-match", "W/" + own_tag() + "," + std::string{value})), taken),
       "a weak tag adds nothing");
  Request lines = with("if-match", own_tag());
  lines.headers.emplace_back("if-match", value);
  must(same(parse_precondition(lines), more), "another line adds itself and nothing else");
}

void check_if_match(std::string_view value) {
  const auto taken = parse_precondition(with("if-match", value));
  const auto more = parse_precondition(with("if-match", std::string{value} + ", " + own_tag()));
  must(taken.has_value() == (trimmed(value) == "*" || is_tag_list(value)), "a star or a list of tags is taken");
  if (!taken) {
    must(!taken.error().reason.empty(), "a refusal has a reason");
    must(!more || value.find_first_not_of(" \t,") == value.npos, "a list that is none is none with a tag behind it");
  } else if (taken->demand == Demand::some_version) {
    must(trimmed(value) == "*" && taken->tags.empty() && !more, "a star stands alone");
  } else {
    must(taken->demand == Demand::latest_among_tags, "a list of tags asks for one of them");
    check_tags(value, *taken);
  }
  Request both = with("if-match", value);
  both.headers.emplace_back("if-none-match", "*");
  must(!parse_precondition(both), "a dataset is not asked to be two things");
}

void check_if_none_match(std::string_view value) {
  const auto taken = parse_precondition(with("if-none-match", value));
  must(taken.has_value() == (trimmed(value) == "*"), "a push asks for no version by a star alone");
  must(!taken || taken->demand == Demand::no_version, "a star asks for no version");
  const bool known = is_not_modified(with("if-none-match", value), own_tag());
  must(!known || trimmed(value) == "*" || value.find(own_tag()) != value.npos, "only what is named is known");
  const bool is_list = parse_precondition(with("if-match", value)).has_value() && trimmed(value) != "*";
  if (is_list) {
    must(is_not_modified(with("if-none-match", std::string{value} + ",W/" + own_tag()), own_tag()),
         "what is named is known, behind what else is");
    const std::string longer = entity_tag(own_version(), "s2");
    must(!is_not_modified(with("if-none-match", own_tag() + "," + std::string{value}), longer) ||
             value.find(longer) != value.npos,
         "a tag is known as a whole");
  } else {
    must(!is_not_modified(with("if-none-match", std::string{value} + ", " + own_tag()), own_tag()) ||
             value.find_first_not_of(" \t,") == value.npos,
         "what is no list names nothing");
  }
}

void check_idempotency_key(std::string_view value) {
  const auto key = parse_idempotency_key(with("idempotency-key", value));
  if (!key) {
    must(!key.error().reason.empty(), "a refusal has a reason");
    return;
  }
  must(!key->empty() && key->size() <= 255, "a key has its length");
  must(std::ranges::all_of(*key, [](char c) { return c >= ' ' && c <= '~'; }), "a key is visible ASCII");
  must(parse_idempotency_key(with("idempotency-key", fuzz::written_quoted(*key))) == *key,
       "a key reads as the same when written");
  Request twice = with("idempotency-key", value);
  twice.headers.emplace_back("idempotency-key", value);
  must(!parse_idempotency_key(twice), "two keys are none");
}

void check_content_encoding(std::string_view value) {
  const std::string text{value};
  const auto coding = parse_content_encoding(value);
  const auto gzipped = parse_content_encoding(text + " , X-Gzip");
  if (!coding) {
    must(!coding.error().reason.empty(), "a refusal has a reason");
    must(!gzipped && !parse_content_encoding("gzip," + text), "what is refused is refused with another coding");
    return;
  }
  const bool is_plain = *coding == ContentCoding::identity;
  must(parse_content_encoding(to_string(*coding)) == *coding, "a coding reads as the same when written");
  must(parse_content_encoding(", Identity ,\t" + text + ",") == *coding, "identity adds nothing");
  must(is_plain ? gzipped == ContentCoding::gzip : !gzipped, "a body is coded once");
  must(is_plain || parse_content_encoding(text + "," + text).has_value() == false, "nor twice in the same way");
  const auto alone = parse_content_coding(trimmed(value));
  must(alone == *coding || (!alone && (trimmed(value).empty() || value.find(',') != value.npos)),
       "a coding is the same alone and in a list");
}

void check_media_type(std::string_view value) {
  const auto type = parse_media_type(value);
  if (!type) {
    must(!type.error().reason.empty(), "a refusal has a reason");
    return;
  }
  must(type->name == to_lower(type->name) && std::ranges::count(type->name, '/') == 1, "a type has one name");
  std::string written = type->name;
  for (const auto& [name, parameter] : type->parameters) {
    must(name == to_lower(name) && type->parameter(name) == parameter, "a parameter stands there once");
    written += ";" + name + "=" + fuzz::written_quoted(parameter);
  }
  const auto again = parse_media_type(written);
  must(again && again->name == type->name && again->parameters == type->parameters,
       "a type reads as the same when written");
  auto more = type->parameters;
  more.emplace_back("own", "x");
  const auto with_own = parse_media_type(std::string{value} + "\t; OWN=x");
  must(type->parameter("own") ? !with_own : with_own && with_own->parameters == more,
       "another parameter adds itself and nothing else");
}

void check_schema(std::string_view value) {
  const auto schema = parse_schema(value);
  if (!schema) {
    must(!schema.error().reason.empty(), "a refusal has a reason");
    return;
  }
  const std::string written = format_schema(*schema);
  must(parse_schema(written) == *schema, "a schema reads as the same when written");
  must(std::ranges::none_of(written, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }),
       "a schema that is written can stand in a header");
  for (const Column& column : schema->columns) {
    must(check_column_name(column.name).has_value(), "a declared column has a name that rows can have");
  }
  must(schema->columns.empty() || !parse_schema(written + "," + format_schema({{schema->columns.front()}})),
       "a column is declared once");
}

void check_fingerprint(std::string_view value) {
  const auto fingerprint = hashing::Fingerprint::parse(value);
  must(!fingerprint || fingerprint->text() == value, "a fingerprint is written in one way only");
}

}  // namespace
}  // namespace rowprint::daemon

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rowprint::daemon;
  const std::string_view value = rowprint::hashing::as_text({data, size});
  check_if_match(value);
  check_if_none_match(value);
  check_idempotency_key(value);
  check_content_encoding(value);
  check_media_type(value);
  check_schema(value);
  check_fingerprint(value);
  return 0;
}
