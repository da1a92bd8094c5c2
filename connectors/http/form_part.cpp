#include "connectors/http/form_part.hpp"

#include "connectors/http/media_type.hpp"
#include "ingest/model/ascii.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rowprint {
namespace {

constexpr std::size_t kBoundaryMax = 70;

/// Those that are looked at; all others are passed over.
enum Known : std::size_t { disposition, type, transfer_encoding, encoding, known_fields };
constexpr std::array<std::string_view, known_fields> kNames{"content-disposition", "content-type",
                                                            "content-transfer-encoding", "content-encoding"};

using Values = std::array<std::optional<std::string_view>, known_fields>;

tl::unexpected<Error> wrong(std::string reason) {
  return fail(ErrorCode::bad_input, std::move(reason));
}

bool is_control_but_tab(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

Result<void> take_line(std::string_view line, Values& values) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos || std::ranges::any_of(line, is_control_but_tab) ||
      line.substr(0, colon).find_first_of(kBlanks) != std::string_view::npos) {
    return wrong("a line of a part's header is not a name, a colon and a value");
  }
  const auto known = std::ranges::find_if(
      kNames, [&](std::string_view name) { return equal_ignoring_case(line.substr(0, colon), name); });
  if (known == kNames.end()) {
    return {};
  }
  auto& value = values[static_cast<std::size_t>(known - kNames.begin())];
  if (value) {
    return wrong(std::string{*known} + " stands twice in a part's header");
  }
  value = trimmed(line.substr(colon + 1));
  return {};
}

Result<void> check_encodings(const Values& values) {
  const auto is_plain = [](std::string_view coding) {
    return equal_ignoring_case(coding, "7bit") || equal_ignoring_case(coding, "8bit") ||
           equal_ignoring_case(coding, "binary");
  };
  if (values[encoding] && !equal_ignoring_case(*values[encoding], "identity")) {
    return wrong("a part of a form has a content encoding: it belongs to the whole body");
  }
  if (values[transfer_encoding] && !is_plain(*values[transfer_encoding])) {
    return wrong("a part of a form has the content transfer encoding \"" + std::string{*values[transfer_encoding]} +
                 "\"");
  }
  return {};
}

}  // namespace

Result<FormPart> parse_form_part(std::string_view head) {
  Values values;
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find(kFormLineEnd));
    head.remove_prefix(std::min(line.size() + kFormLineEnd.size(), head.size()));
    if (auto taken = take_line(line, values); !taken) {
      return fail(std::move(taken.error()));
    }
  }
  if (!values[disposition]) {
    return wrong("a part of a form has no content disposition");
  }
  if (auto checked = check_encodings(values); !checked) {
    return fail(std::move(checked.error()));
  }
  const auto parsed = parse_disposition(*values[disposition]);
  if (!parsed) {
    return wrong("a part of a form: " + parsed.error().reason);
  }
  const auto name = parsed->parameter("name");
  if (parsed->type != "form-data" || !name) {
    return wrong("the content disposition of a part is not form-data with a name");
  }
  if (parsed->parameter("filename*")) {
    return wrong("filename* is not for forms (RFC 7578, section 4.2)");
  }
  FormPart part{std::string{*name}, {}, std::string{values[type].value_or("")}};
  if (const auto file_name = parsed->parameter("filename")) {
    part.file_name = *file_name;
  }
  return part;
}

bool is_form_boundary(std::string_view text) {
  return !text.empty() && text.size() <= kBoundaryMax && text.back() != ' ' && std::ranges::all_of(text, [](char c) {
    return is_digit(c) || is_letter(c) || std::string_view{"'()+_,-./:=? "}.find(c) != std::string_view::npos;
  });
}

}  // namespace rowprint
