#pragma once

#include "config/config.hpp"
#include "ingest/model/error.hpp"

#include <string_view>

namespace rowprint::config {

/// `debug`, `info`, `warning`, `error`. Errors: bad_input.
Result<LogLevel> parse_log_level(std::string_view text);
/// `auto`, `text`, `systemd`. Errors: bad_input.
Result<LogFormat> parse_log_format(std::string_view text);

}  // namespace rowprint::config
