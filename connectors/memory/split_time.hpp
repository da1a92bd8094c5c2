#pragma once

#include "ingest/model/error.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace rowprint::memory {

/// Seconds and the nanoseconds that follow them, as cells hold times.
struct Split {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
};

/// Durations that are whole nanoseconds or whole seconds in every tick, counted by an integer: what has an exact form.
template <typename D>
concept ExactDuration =
    requires {
      typename D::rep;
      typename D::period;
    } && std::same_as<D, std::chrono::duration<typename D::rep, typename D::period>> &&
    std::integral<typename D::rep> &&
    (D::period::den == 1 || (D::period::num == 1 && 1'000'000'000 % D::period::den == 0));

/// Rounds towards the past, so that nanoseconds count forward. Errors: bad_input beyond 64-bit seconds.
template <ExactDuration D>
Result<Split> split(D duration) {
  using Period = typename D::period;
  const auto ticks = duration.count();
  std::int64_t count = 0;
  if (__builtin_add_overflow(ticks, 0, &count)) {
    return fail(ErrorCode::bad_input, "a time beyond 64-bit seconds");
  }
  if constexpr (Period::den == 1) {
    std::int64_t seconds = 0;
    if (__builtin_mul_overflow(count, static_cast<std::int64_t>(Period::num), &seconds)) {
      return fail(ErrorCode::bad_input, "a time beyond 64-bit seconds");
    }
    return Split{seconds, 0};
  } else {
    constexpr auto kTicks = static_cast<std::int64_t>(Period::den);
    std::int64_t seconds = count / kTicks;
    std::int64_t rest = count % kTicks;
    if (rest < 0) {
      rest += kTicks;
      --seconds;
    }
    return Split{seconds, static_cast<std::uint32_t>(rest * (1'000'000'000 / kTicks))};
  }
}

/// Errors: bad_input unless 0 to 24:00:00.
inline Result<void> check_time_of_day(std::int64_t seconds, std::uint32_t nanoseconds) {
  if (nanoseconds > 999'999'999) {
    return fail(ErrorCode::bad_input, "nanoseconds outside 0 to 999999999");
  }
  if (seconds < 0 || seconds > 86'400 || (seconds == 86'400 && nanoseconds != 0)) {
    return fail(ErrorCode::bad_input, "a time of day outside 00:00:00 to 24:00:00");
  }
  return {};
}

inline Result<void> check_nanoseconds(std::uint32_t nanoseconds) {
  if (nanoseconds > 999'999'999) {
    return fail(ErrorCode::bad_input, "nanoseconds outside 0 to 999999999");
  }
  return {};
}

}  // namespace rowprint::memory
