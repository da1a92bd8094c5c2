#include "tests/support/random.hpp"

#include <cstdio>
#include <cstdlib>

namespace rowprint::test {

std::uint64_t run_seed() {
  static const std::uint64_t seed = [] {
    std::uint64_t value = 0;
    if (const char* given = std::getenv("ROWPRINT_SEED")) {
      value = std::strtoull(given, nullptr, 10);
    } else {
      std::random_device device;
      value = (std::uint64_t{device()} << 32U) | device();
    }
    std::printf("ROWPRINT_SEED=%llu\n", static_cast<unsigned long long>(value));
    std::fflush(stdout);
    return value;
  }();
  return seed;
}

}  // namespace rowprint::test
