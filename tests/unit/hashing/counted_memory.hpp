#pragma once

#include <cstddef>

namespace rowprint::hashing {

/// What operator new gave in this program and operator delete has not had back, as the allocator counts it.
std::size_t allocated_bytes();
/// The most of it since start_peak().
std::size_t peak_allocated_bytes();
void start_peak();

}  // namespace rowprint::hashing
