#pragma once

#include "config/config.hpp"
#include "ingest/model/error.hpp"

#include <string>
#include <string_view>

namespace rowprint::config {

/// The defaults, overridden by a TOML text. `name` is that of the file, for messages.
/// Errors: bad_input, whose reason begins with `name:line: `, for what is not TOML, unknown keys, wrong types, values
/// out of range.
Result<Config> parse_config(std::string_view text, const std::string& name);
/// The same from a file. Errors: also not_found, io.
Result<Config> load_config(const std::string& path);
/// What no single key can say: bounds that depend on each other. Errors: bad_input.
Result<void> check_config(const Config& config);

}  // namespace rowprint::config
