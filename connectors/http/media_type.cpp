#include "connectors/http/media_type.hpp"

#include "ingest/model/ascii.hpp"

#include <algorithm>

namespace rowprint {
namespace {

bool is_token(char c) {
  return is_digit(c) || is_letter(c) || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

/// Reads a header field's value from left to right. What is taken is empty where it is not there.
class FieldValueReader {
 public:
  explicit FieldValueReader(std::string_view text) : rest_(text) {}

  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size())); }
  bool take(char c) {
    const bool is_there = rest_.starts_with(c);
    rest_.remove_prefix(is_there ? 1 : 0);
    return is_there;
  }
  std::string lower_token() { return to_lower(token()); }
  std::string token() {
    const auto end = std::ranges::find_if_not(rest_, is_token);
    std::string token{rest_.begin(), end};
    rest_.remove_prefix(token.size());
    return token;
  }
  /// Behind its opening quote.
  std::optional<std::string> quoted() {
    std::string text;
    while (!rest_.empty()) {
      if (take('"')) {
        return text;
      }
      take('\\');
      if (rest_.empty()) {
        break;
      }
      text.push_back(rest_.front());
      rest_.remove_prefix(1);
    }
    return std::nullopt;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::optional<std::string_view> find(const Parameters& parameters, std::string_view name) {
  const auto found =
      std::ranges::find(parameters, name, [](const auto& parameter) -> const std::string& { return parameter.first; });
  return found == parameters.end() ? std::nullopt : std::optional<std::string_view>{found->second};
}

/// All that is left. Nothing where it is no parameters, or one stands there twice.
std::optional<Parameters> take_parameters(FieldValueReader& reader) {
  Parameters parameters;
  for (reader.skip_space(); !reader.at_end(); reader.skip_space()) {
    if (!reader.take(';')) {
      return std::nullopt;
    }
    reader.skip_space();
    std::string name = reader.lower_token();
    if (name.empty()) {
      continue;
    }
    if (!reader.take('=') || find(parameters, name)) {
      return std::nullopt;
    }
    std::optional<std::string> value;
    if (reader.take('"')) {
      value = reader.quoted();
    } else if (std::string token = reader.token(); !token.empty()) {
      value = std::move(token);
    }
    if (!value) {
      return std::nullopt;
    }
    parameters.emplace_back(std::move(name), *std::move(value));
  }
  return parameters;
}

}  // namespace

std::optional<std::string_view> MediaType::parameter(std::string_view name_in_lower_case) const {
  return find(parameters, name_in_lower_case);
}

std::optional<std::string_view> Disposition::parameter(std::string_view name_in_lower_case) const {
  return find(parameters, name_in_lower_case);
}

Result<MediaType> parse_media_type(std::string_view text) {
  const auto wrong = [text] { return fail(ErrorCode::bad_input, "\"" + std::string{text} + "\" is no media type"); };
  FieldValueReader reader{text};
  reader.skip_space();
  MediaType type;
  type.name = reader.lower_token();
  if (type.name.empty() || !reader.take('/')) {
    return wrong();
  }
  const std::string subtype = reader.lower_token();
  auto parameters = subtype.empty() ? std::nullopt : take_parameters(reader);
  if (!parameters) {
    return wrong();
  }
  type.name += "/" + subtype;
  type.parameters = *std::move(parameters);
  return type;
}

Result<Disposition> parse_disposition(std::string_view text) {
  FieldValueReader reader{text};
  reader.skip_space();
  Disposition disposition;
  disposition.type = reader.lower_token();
  auto parameters = disposition.type.empty() ? std::nullopt : take_parameters(reader);
  if (!parameters) {
    return fail(ErrorCode::bad_input, "\"" + std::string{text} + "\" is no content disposition");
  }
  disposition.parameters = *std::move(parameters);
  return disposition;
}

}  // namespace rowprint
