#pragma once

#include "ingest/model/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rowprint {

/// Ends every line of a form that is not part of a file (RFC 2046, section 5.1.1).
inline constexpr std::string_view kFormLineEnd = "\r\n";

/// What stands before the value of a form's field or before the bytes of its file (RFC 7578, section 4). A regular
/// value.
struct FormPart {
  std::string name;                      ///< of the field
  std::optional<std::string> file_name;  ///< a file's; what it was called where it came from
  std::string content_type;              ///< as it stands there; empty where none does
};

/// `head` is lines that end in CRLF, without the empty one. Errors: bad_input, with the reason, for what is no header
/// of a part, has a field of these twice, or says that its bytes are encoded.
Result<FormPart> parse_form_part(std::string_view head);

/// Whether a text can be a boundary (RFC 2046, section 5.1.1).
bool is_form_boundary(std::string_view text);

}  // namespace rowprint
