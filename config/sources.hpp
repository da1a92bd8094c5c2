#pragma once

#include "config/config.hpp"
#include "ingest/model/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rowprint::config {

/// What can be said of a source without reaching it: its name is one of a dataset's form, its URL has a scheme, and its
/// password comes from one place. Errors: bad_input, without the URL.
Result<void> check_source(const Source& source);

/// What stands before the first colon, in lower case: `postgresql`, `sqlite`. Empty where there is none.
std::string url_scheme(std::string_view url);

/// The password that a source has from a file or from the environment, read each time it is asked for, so that it may
/// be changed under a running daemon. Nothing: none is configured. Errors: not_found, io; they name the place, never
/// what it holds.
Result<std::optional<std::string>> read_password(const Source& source);

}  // namespace rowprint::config
