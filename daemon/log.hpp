#pragma once

#include "config/config.hpp"

#include <fmt/format.h>
#include <string_view>
#include <utility>

/// The daemon's log, on standard error. Never holds rows. Thread safety: all functions from any thread, once opened.
namespace rowprint::daemon::log {

/// Before anything is logged; once.
void open(const config::Log& settings);
void write(config::LogLevel level, std::string_view line);
bool enabled(config::LogLevel level);

template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(config::LogLevel::debug)) {
    write(config::LogLevel::debug, fmt::format(format, std::forward<Args>(args)...));
  }
}
template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(config::LogLevel::info, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(config::LogLevel::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(config::LogLevel::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace rowprint::daemon::log
