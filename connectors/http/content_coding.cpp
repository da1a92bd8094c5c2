#include "connectors/http/content_coding.hpp"

#include "connectors/http/decoded_stream.hpp"
#include "connectors/http/gzip_decoder.hpp"
#include "connectors/http/zstd_decoder.hpp"
#include "ingest/model/ascii.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace rowprint {
namespace {

struct CodingEntry {
  std::string_view name;
  std::string_view other_name;
  std::string_view ending;  ///< of file names
};
/// In the order of ContentCoding.
constexpr std::array<CodingEntry, 3> kCodings{{{"identity", "", ""}, {"gzip", "x-gzip", ".gz"}, {"zstd", "", ".zst"}}};

template <typename Matches>
std::optional<ContentCoding> find_coding(Matches matches) {
  const auto found = std::ranges::find_if(kCodings, matches);
  return found == kCodings.end() ? std::nullopt : std::optional{static_cast<ContentCoding>(found - kCodings.begin())};
}

/// Takes the first element off a comma-separated list.
std::string_view take_element(std::string_view& list) {
  const std::string_view element = list.substr(0, list.find(','));
  list.remove_prefix(std::min(element.size() + 1, list.size()));
  return trimmed(element);
}

}  // namespace

std::string_view to_string(ContentCoding coding) {
  return kCodings[static_cast<std::size_t>(coding)].name;
}

std::optional<ContentCoding> parse_content_coding(std::string_view name) {
  return name.empty() ? std::nullopt : find_coding([name](const CodingEntry& entry) {
    return equal_ignoring_case(name, entry.name) || equal_ignoring_case(name, entry.other_name);
  });
}

Result<ContentCoding> parse_content_encoding(std::string_view value) {
  ContentCoding coding = ContentCoding::identity;
  while (!value.empty()) {
    const std::string_view element = take_element(value);
    if (element.empty()) {
      continue;
    }
    const auto known = parse_content_coding(element);
    if (!known) {
      return fail(ErrorCode::bad_input, "the content encoding \"" + std::string{element} + "\" is not taken");
    }
    if (*known != ContentCoding::identity && coding != ContentCoding::identity) {
      return fail(ErrorCode::bad_input, "more than one content encoding is not taken");
    }
    coding = *known == ContentCoding::identity ? coding : *known;
  }
  return coding;
}

std::string_view accepted_codings() {
  return "gzip, zstd";
}

ContentCoding content_coding_of_file(std::string_view file) {
  return find_coding([file](const CodingEntry& entry) { return !entry.ending.empty() && file.ends_with(entry.ending); })
      .value_or(ContentCoding::identity);
}

std::string_view without_coding(std::string_view file) {
  file.remove_suffix(kCodings[static_cast<std::size_t>(content_coding_of_file(file))].ending.size());
  return file;
}

std::size_t decoding_bytes(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::identity:
      return 0;
    case ContentCoding::gzip:
      return DecodedStream::kBufferBytes + GzipDecoder::kBytesMax;
    case ContentCoding::zstd:
      break;
  }
  return DecodedStream::kBufferBytes + ZstdDecoder::kBytesMax;
}

}  // namespace rowprint
