#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace rowprint::daemon {

/// How slowly the body of a request may come. Units: bytes, time.
struct PaceLimits {
  std::uint64_t bytes_per_second = 240;  ///< 0: any pace will do
  std::chrono::milliseconds grace{10'000};
  std::chrono::milliseconds window{60'000};
};

/// Whether a body comes fast enough: judged over windows of the time spent waiting for the client, so that whoever has
/// sent much may pause, and what the daemon itself takes its time for is nobody's fault.
///
/// A regular value, without a clock. The first `grace` is added to the first window.
class BodyPace {
 public:
  using Duration = std::chrono::steady_clock::duration;

  explicit BodyPace(PaceLimits limits)
      : limits_(limits),
        needed_(static_cast<double>(limits.bytes_per_second) * std::chrono::duration<double>(limits.window).count()),
        waited_(-limits.grace) {}

  /// How long the next wait may take; longer, and the client has been too slow. Nothing where any pace will do.
  std::optional<Duration> patience() const {
    if (limits_.bytes_per_second == 0) {
      return std::nullopt;
    }
    const Duration rest = limits_.window - waited_;
    return static_cast<double>(bytes_) >= needed_ ? rest + limits_.window : rest;
  }

  /// A wait is over, and this is what came.
  void waited(Duration duration, std::uint64_t bytes) {
    waited_ += duration;
    if (waited_ >= limits_.window) {
      waited_ -= limits_.window;
      bytes_ = 0;
    }
    bytes_ += bytes;
  }

 private:
  PaceLimits limits_;
  double needed_;            ///< bytes in a window
  Duration waited_;          ///< in this window; less than 0 as long as there is grace
  std::uint64_t bytes_ = 0;  ///< in this window
};

}  // namespace rowprint::daemon
