#include "daemon/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <cstdlib>
#include <memory>

namespace rowprint::daemon::log {
namespace {

/// `<6>` and so on: sd-daemon(3), the priorities of syslog(3).
class SystemdPriority final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const char* priority = message.level >= spdlog::level::err    ? "<3>"
                           : message.level == spdlog::level::warn ? "<4>"
                           : message.level == spdlog::level::info ? "<6>"
                                                                  : "<7>";
    out.append(priority, priority + 3);
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<SystemdPriority>(); }
};

spdlog::level::level_enum translate(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::debug:
      return spdlog::level::debug;
    case config::LogLevel::info:
      return spdlog::level::info;
    case config::LogLevel::warning:
      return spdlog::level::warn;
    case config::LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void open(const config::Log& settings) {
  const bool systemd = settings.format == config::LogFormat::systemd ||
                       (settings.format == config::LogFormat::automatic && std::getenv("JOURNAL_STREAM") != nullptr);
  auto logger = std::make_shared<spdlog::logger>("rowprintd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  if (systemd) {
    formatter->add_flag<SystemdPriority>('*').set_pattern("%*%v");
  } else {
    formatter->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  }
  logger->set_formatter(std::move(formatter));
  logger->set_level(translate(settings.level));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
}

void write(config::LogLevel level, std::string_view line) {
  spdlog::log(translate(level), spdlog::string_view_t{line.data(), line.size()});
}

bool enabled(config::LogLevel level) {
  return spdlog::should_log(translate(level));
}

}  // namespace rowprint::daemon::log
