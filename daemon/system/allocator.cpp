#include "daemon/system/allocator.hpp"

#include <malloc.h>

namespace rowprint::daemon {
namespace {

constexpr int kArenas = 2;
constexpr int kTrimBytes = 4 << 20;
// Batches and their encodings come and go some thousand times a second: they must not be mapped and unmapped each time.
constexpr int kMapBytes = 4 << 20;

}  // namespace

void bound_allocator() {
  ::mallopt(M_ARENA_MAX, kArenas);
  ::mallopt(M_TRIM_THRESHOLD, kTrimBytes);
  ::mallopt(M_MMAP_THRESHOLD, kMapBytes);
}

}  // namespace rowprint::daemon
