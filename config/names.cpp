#include "config/names.hpp"

namespace rowprint::config {

Result<LogLevel> parse_log_level(std::string_view text) {
  if (text == "debug") {
    return LogLevel::debug;
  }
  if (text == "info") {
    return LogLevel::info;
  }
  if (text == "warning") {
    return LogLevel::warning;
  }
  if (text == "error") {
    return LogLevel::error;
  }
  return fail(ErrorCode::bad_input, "must be debug, info, warning or error");
}

Result<LogFormat> parse_log_format(std::string_view text) {
  if (text == "auto") {
    return LogFormat::automatic;
  }
  if (text == "text") {
    return LogFormat::text;
  }
  if (text == "systemd") {
    return LogFormat::systemd;
  }
  return fail(ErrorCode::bad_input, "must be auto, text or systemd");
}

}  // namespace rowprint::config
