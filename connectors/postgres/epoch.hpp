#pragma once

#include <cstdint>

/// How PostgreSQL counts time in its binary formats: days or microseconds from 2000-01-01 on.
namespace rowprint::postgres {

inline constexpr std::int64_t kMicrosecondsInSecond = 1'000'000;
inline constexpr std::uint32_t kNanosecondsInMicrosecond = 1'000;
/// From 1970-01-01, where we count from.
inline constexpr std::int64_t kEpochDays = 10'957;
inline constexpr std::int64_t kEpochSeconds = kEpochDays * 86'400;

}  // namespace rowprint::postgres
