#include "bench/on_demand.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>

/// on_demand FILE: the processor seconds that simdjson takes for the lines of a file, best of 5.
int main(int argc, char** argv) {
  using namespace rowprint;
  std::ifstream file{argc == 2 ? argv[1] : "", std::ios::binary};
  std::string lines{std::istreambuf_iterator<char>{file}, {}};
  if (lines.empty()) {
    std::fputs("rowprint_bench_on_demand FILE\n", stderr);
    return 2;
  }
  bench::pad(lines);
  double best = std::numeric_limits<double>::max();
  [[maybe_unused]] volatile std::uint64_t sink = 0;
  for (int i = 0; i < 5; ++i) {
    const double begin = bench::processor_seconds();
    sink = bench::read_on_demand(lines);
    best = std::min(best, bench::processor_seconds() - begin);
  }
  std::printf("%.6f\n", best);
  return 0;
}
