#pragma once

#include "ingest/model/error.hpp"

#include <string>
#include <string_view>

namespace rowprint::sqlite_file {

/// The path that a `sqlite:` URL names, as SQLAlchemy writes them: `sqlite:///data/sales.db` is relative to the working
/// directory, `sqlite:////var/data/sales.db` absolute.
///
/// `%` and two hexadecimal digits are a byte; `?` and `#` are written so. Errors: bad_input, for options, a host, a
/// database in memory, no path. They do not show the URL.
Result<std::string> parse_file_url(std::string_view url);

/// The URL of a path: parse_file_url() gives the path again.
std::string format_file_url(std::string_view path);

}  // namespace rowprint::sqlite_file
