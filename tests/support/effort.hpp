#pragma once

#include <cstdint>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ROWPRINT_IS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ROWPRINT_IS_SANITIZED 1
#endif

namespace rowprint::test {

#ifdef ROWPRINT_IS_SANITIZED
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif

/// How many of `rounds` a test does that repeats itself with other data: under a sanitizer, where a round takes ten
/// times as long and is there to show what it touches rather than what comes of it, one in eight.
constexpr std::uint64_t effort(std::uint64_t rounds) {
  return kIsSanitized ? (rounds + 7) / 8 : rounds;
}

/// The operation that a sweep tries after `operation`: the one `stride` on, under a sanitizer with wider steps later.
constexpr std::uint64_t next_operation(std::uint64_t operation, std::uint64_t stride) {
  return operation + stride + (kIsSanitized ? operation : 0);
}

}  // namespace rowprint::test
