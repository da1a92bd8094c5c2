#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// What every fuzz target defines; libFuzzer and run_corpus.cpp call it. Returns 0; aborts where a law is broken.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace rowprint::fuzz {

/// Aborts where a law does not hold, and says which.
inline void must(bool holds, const char* law) {
  if (!holds) {
    std::fprintf(stderr, "broken: %s\n", law);
    std::abort();
  }
}

}  // namespace rowprint::fuzz
