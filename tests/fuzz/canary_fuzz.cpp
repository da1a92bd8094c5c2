#include "ingest/model/text_forms.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <cstring>
#include <memory>

/// Input: any text. The bug that fuzzing has to find, or else it finds none: behind a date, a byte is read that is not
/// there. The corpus holds none, but what is close to one, so whoever mutates, and looks at memory, finds it within
/// seconds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto copy = std::make_unique<std::uint8_t[]>(size);
  std::memcpy(copy.get(), data, size);
  if (rowprint::text_forms::parse_date(rowprint::hashing::as_text({copy.get(), size}))) {
    const volatile std::uint8_t* const end = copy.get() + size;
    return *end & 0;
  }
  return 0;
}
