#include "cli/interruptible_read.hpp"

#include <chrono>

namespace rowprint::cli {
namespace {

constexpr std::chrono::milliseconds kLookEvery{50};

}  // namespace

void InterruptibleRead::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (interrupt_.wait(kLookEvery)) {
      cancel = true;
      return;
    }
  }
}

}  // namespace rowprint::cli
