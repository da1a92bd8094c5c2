#include "cli/interruptible_read.hpp"

#include <chrono>

namespace rowprint::cli {
namespace {

constexpr std::chrono::milliseconds kLookEvery{50};

}  // namespace

void InterruptibleRead::watch(sql::QuerySource& source, const std::stop_token& stop) const {
  while (!stop.stop_requested()) {
    if (interrupt_.wait(kLookEvery)) {
      source.cancel();
      return;
    }
  }
}

}  // namespace rowprint::cli
