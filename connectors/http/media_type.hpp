#pragma once

#include "ingest/model/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowprint {

/// A media type with its parameters, as Content-Type says it (RFC 9110, section 8.3.1). A regular value.
struct MediaType {
  std::string name;                                             ///< `type/subtype` in lower case
  std::vector<std::pair<std::string, std::string>> parameters;  ///< names in lower case, values without quotes

  std::optional<std::string_view> parameter(std::string_view name_in_lower_case) const;
};

/// Errors: bad_input for what is none, or has a parameter twice.
Result<MediaType> parse_media_type(std::string_view text);

/// What a part of a form is, as Content-Disposition says it (RFC 7578, section 4.2). A regular value.
struct Disposition {
  std::string type;                                             ///< `form-data`, in lower case
  std::vector<std::pair<std::string, std::string>> parameters;  ///< as those of a media type

  std::optional<std::string_view> parameter(std::string_view name_in_lower_case) const;
};

/// Errors: as parse_media_type().
Result<Disposition> parse_disposition(std::string_view text);

}  // namespace rowprint
