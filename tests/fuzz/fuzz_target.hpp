#pragma once

#include <cstddef>
#include <cstdint>

/// What every fuzz target defines; libFuzzer and run_corpus.cpp call it. Returns 0; aborts where a law is broken.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
