#pragma once

#include "connectors/http/form_part.hpp"
#include "connectors/http/formats.hpp"
#include "daemon/routes/push_request.hpp"
#include "daemon/server/message.hpp"

#include <string_view>

namespace rowprint::daemon {

/// What the bytes of a push are: what `content_type` says, or `?format=` where it says nothing (it is empty, or
/// application/octet-stream). Refusals: 415 for a type that is no format's, for one that says another than the
/// parameter does, and for a charset other than UTF-8.
tl::expected<RowFormat, PushRefusal> parse_push_format(std::string_view content_type, const Request& request);

/// What the bytes of a form's file are: what the part's type says; or `format` where the type is none of rows, since
/// browsers guess types from the names of files; or the ending of the file's name where nothing else says it. Refusals:
/// as above.
tl::expected<RowFormat, PushRefusal> parse_file_format(const FormPart& file, const Request& request);

/// That format with what the request's parameters, and the parameter `header` of the type, say of it.
tl::expected<RowsFormat, PushRefusal> parse_format_options(RowFormat format, std::string_view content_type,
                                                           const Request& request, const Schema& declared);

}  // namespace rowprint::daemon
