#pragma once

#include "ingest/model/error.hpp"

#include <string>

namespace rowprint::cli {

/// The value of `If-Match` for what was typed: `*`, an entity tag, or one without its quotes (`3-rp1s:…`). Errors:
/// bad_input.
Result<std::string> if_match_header(const std::string& text);

/// The value of `Idempotency-Key`, an RFC 8941 string. Errors: bad_input unless there are 1 to 255 printable ASCII
/// characters.
Result<std::string> idempotency_key_header(const std::string& key);

}  // namespace rowprint::cli
