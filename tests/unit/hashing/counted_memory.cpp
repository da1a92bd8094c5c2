#include "tests/unit/hashing/counted_memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ROWPRINT_COUNTED_BY_HOOKS
#endif
#endif

#ifdef ROWPRINT_COUNTED_BY_HOOKS
#include <sanitizer/allocator_interface.h>
#endif

namespace {

std::atomic<std::size_t> allocated{0};
std::atomic<std::size_t> peak{0};

void add(std::size_t bytes) {
  const std::size_t now = allocated += bytes;
  peak = std::max(peak.load(), now);
}

#ifdef ROWPRINT_COUNTED_BY_HOOKS
// clang's runtime for threads has operators of its own, which stand before ours.
const int hooks = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t size) { add(size); },
    [](const volatile void* memory) { allocated -= __sanitizer_get_allocated_size(const_cast<const void*>(memory)); });
#else
void* counted(void* memory) {
  if (memory == nullptr) {
    throw std::bad_alloc{};
  }
  add(::malloc_usable_size(memory));
  return memory;
}

void give_back(void* memory) noexcept {
  if (memory != nullptr) {
    allocated -= ::malloc_usable_size(memory);
    std::free(memory);
  }
}
#endif

}  // namespace

#ifndef ROWPRINT_COUNTED_BY_HOOKS
// NOLINTBEGIN(misc-new-delete-overloads)
void* operator new(std::size_t size) {
  return counted(std::malloc(std::max<std::size_t>(size, 1)));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto align = static_cast<std::size_t>(alignment);
  return counted(std::aligned_alloc(align, (std::max<std::size_t>(size, 1) + align - 1) / align * align));
}
void operator delete(void* memory) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  give_back(memory);
}
// The array forms too: a sanitizer's own would not come by here.
void* operator new[](std::size_t size) {
  return operator new(size);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return operator new(size, alignment);
}
void operator delete[](void* memory) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  give_back(memory);
}
// NOLINTEND(misc-new-delete-overloads)
#endif

namespace rowprint::hashing {

std::size_t allocated_bytes() {
  return allocated;
}
std::size_t peak_allocated_bytes() {
  return peak;
}
void start_peak() {
  peak = allocated.load();
}

}  // namespace rowprint::hashing
