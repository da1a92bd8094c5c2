#pragma once

#include "daemon/routes/push_request.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Requests, written in the plainest way: what a client would write that knows what it wants.
namespace rowprint::fuzz {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Whatever is not a letter or a digit is escaped.
std::string written_target(const std::vector<std::string>& path, const Pairs& query);
/// A string of RFC 8941, or of a media type's parameter.
std::string written_quoted(std::string_view text);
/// A head that asks for all that `push` does: of the dataset, the rows and their format, the body. Of a form whose own
/// head was not read, without what that says.
std::string written_push(const daemon::PushRequest& push);

}  // namespace rowprint::fuzz
