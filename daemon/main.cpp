#include "daemon/daemon.hpp"
#include "daemon/flags.hpp"
#include "daemon/log.hpp"
#include "daemon/system/allocator.hpp"

#include <cstdio>
#include <exception>
#include <variant>

int main(int argc, char** argv) {
  using namespace rowprint::daemon;
  bound_allocator();
  const auto asked = parse_flags(argc, argv, ROWPRINT_VERSION);
  if (const auto* leave = std::get_if<Leave>(&asked)) {
    std::fputs(leave->text.c_str(), leave->exit_code == 0 ? stdout : stderr);
    return leave->exit_code;
  }
  const auto& run_asked = std::get<Run>(asked);
  if (run_asked.check_only) {
    if (const auto checked = check(run_asked.config); !checked) {
      std::fprintf(stderr, "rowprintd: %s\n", checked.error().reason.c_str());
      return kExitBadUse;
    }
    std::puts("the configuration is valid");
    return 0;
  }
  log::open(run_asked.config.log);
  try {
    return run(run_asked.config, ROWPRINT_VERSION, run_asked.port_file);
  } catch (const std::exception& error) {
    log::error("{}", error.what());
    return 1;
  }
}
