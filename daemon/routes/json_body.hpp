#pragma once

#include "daemon/json/forms.hpp"
#include "daemon/server/message.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace rowprint::daemon {

/// A refusal with the status it is told under; 0: the one that belongs to the error.
struct BodyRefusal {
  int status = 0;
  Error error;
};

/// The media type without its parameters, in lower case.
std::string media_type(const Request& request);
/// Whether a request brings a body, empty or not.
bool has_body(const Request& request);

/// The whole of a body that must be short. Errors: limit_exceeded, those of the body.
awaitable<Result<std::string>> read_short(ByteStream& body, std::size_t bytes_max);

/// A JSON object sent as `application/json`; anything else is 415, since a page of any web site may have a browser send
/// it. Errors: bad_input for what is not JSON, not an object, or names a member twice at any depth; those of the body.
awaitable<tl::expected<Json, BodyRefusal>> read_json(const Request& request, ByteStream& body);

/// Errors: bad_input that names a member that is none of these.
Result<void> check_members(const Json& object, std::initializer_list<std::string_view> known);
/// The text under `name`; nothing where it is absent or null. Errors: bad_input where it is no text, or holds NUL.
Result<std::optional<std::string>> text_member(const Json& object, std::string_view name);
/// The same where it must be there, and not be empty.
Result<std::string> needed_member(const Json& object, std::string_view name);

}  // namespace rowprint::daemon
