#include "daemon/flags.hpp"

#include "config/endpoint.hpp"
#include "config/load.hpp"
#include "config/names.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <sstream>

namespace rowprint::daemon {
namespace {

struct Flags {
  std::string config, listen, data, log_level, port_file;
  bool check_only = false;
};

Result<config::Config> apply(const Flags& flags) {
  Result<config::Config> loaded =
      flags.config.empty() ? Result<config::Config>{config::Config{}} : config::load_config(flags.config);
  if (!loaded) {
    return loaded;
  }
  if (!flags.listen.empty()) {
    auto endpoint = config::parse_endpoint(flags.listen);
    if (!endpoint) {
      return fail(ErrorCode::bad_input, "--listen: " + endpoint.error().reason);
    }
    loaded->listen = *std::move(endpoint);
  }
  if (!flags.data.empty()) {
    loaded->data = flags.data;
  }
  if (!flags.log_level.empty()) {
    const auto level = config::parse_log_level(flags.log_level);
    if (!level) {
      return fail(ErrorCode::bad_input, "--log-level: " + level.error().reason);
    }
    loaded->log.level = *level;
  }
  return loaded;
}

}  // namespace

std::variant<Run, Leave> parse_flags(int argc, const char* const* argv, const std::string& version) {
  Flags flags;
  CLI::App app{"rowprintd: takes streams of rows, fingerprints them while they are stored, and stores nothing twice.",
               "rowprintd"};
  app.set_version_flag("--version", "rowprintd " + version);
  app.add_option("--config", flags.config, "configuration file (TOML); flags override it")->type_name("FILE");
  app.add_option("--listen", flags.listen, "address and port, by default 127.0.0.1:8750; port 0 takes a free one")
      ->type_name("HOST:PORT");
  app.add_option("--data", flags.data, "data directory, by default /var/lib/rowprint")->type_name("DIR");
  app.add_option("--log-level", flags.log_level, "debug, info, warning or error")->type_name("LEVEL");
  app.add_option("--port-file", flags.port_file, "write the port listened on to this file")->type_name("FILE");
  app.add_flag("--check-config", flags.check_only, "validate the configuration and exit: 0 or 2");
  app.footer("Exit codes: 0 ended as asked, 1 could not start or run, 2 wrong flags or configuration.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, problem;
    const int code = app.exit(error, out, problem);
    return Leave{out.str() + problem.str(), code == 0 ? 0 : kExitBadUse};
  }
  auto config = apply(flags);
  if (!config) {
    return Leave{fmt::format("rowprintd: {}\n", config.error().reason), kExitBadUse};
  }
  return Run{*std::move(config), flags.port_file, flags.check_only};
}

}  // namespace rowprint::daemon
