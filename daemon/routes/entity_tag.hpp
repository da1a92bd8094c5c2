#pragma once

#include "daemon/server/message.hpp"
#include "ingest/catalog.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Entity tags (RFC 9110, section 8.8.3): how HTTP names a version, and what it is asked to be.
namespace rowprint::daemon {

/// `"<number>-<fingerprint>.<state>"`, a strong validator: the version, and what the representation of it says now.
/// What stands before the point is all that a precondition compares, and may be put together by anybody.
std::string entity_tag(const Version& version, std::string_view state);
/// The same of an answer whose representation is `body`.
std::string entity_tag_of_body(const Version& version, std::string_view body);

/// What `If-Match` and `If-None-Match: *` of a push ask of the dataset. Errors: bad_input.
Result<Precondition> parse_precondition(const Request& request);

/// Whether `If-None-Match` of a GET names this tag: 304 then. Anything that is no list of tags names none.
bool is_not_modified(const Request& request, std::string_view tag);
/// What is answered then.
Response not_modified(std::string tag);

/// `Idempotency-Key`: an RFC 8941 string of 1 to 255 characters, without its quotes; empty where there is none. Errors:
/// bad_input.
Result<std::string> parse_idempotency_key(const Request& request);

}  // namespace rowprint::daemon
