#include "hashing/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace rowprint::hashing {
namespace {

// The bytes of the sequence that `lead` begins, or 0; and the range of its second byte (RFC 3629 section 4).
struct Sequence {
  std::size_t size;
  std::uint8_t second_min;
  std::uint8_t second_max;
};

Sequence sequence_of(std::uint8_t lead) {
  if (lead >= 0xc2 && lead <= 0xdf) {
    return {2, 0x80, 0xbf};
  }
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool surrogates = lead == 0xed;
    return {3, static_cast<std::uint8_t>(lead == 0xe0 ? 0xa0 : 0x80),
            static_cast<std::uint8_t>(surrogates ? 0x9f : 0xbf)};
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    return {4, static_cast<std::uint8_t>(lead == 0xf0 ? 0x90 : 0x80),
            static_cast<std::uint8_t>(lead == 0xf4 ? 0x8f : 0xbf)};
  }
  return {0, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto* at = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto* const end = at + text.size();
  while (at != end) {
    std::uint64_t word = 0;
    if (end - at >= 8 && (std::memcpy(&word, at, 8), (word & 0x8080'8080'8080'8080U) == 0)) {
      at += 8;
      continue;
    }
    if (*at < 0x80) {
      ++at;
      continue;
    }
    const Sequence sequence = sequence_of(*at);
    if (sequence.size == 0 || static_cast<std::size_t>(end - at) < sequence.size || at[1] < sequence.second_min ||
        at[1] > sequence.second_max) {
      return false;
    }
    for (std::size_t i = 2; i < sequence.size; ++i) {
      if ((at[i] & 0xc0U) != 0x80) {
        return false;
      }
    }
    at += sequence.size;
  }
  return true;
}

}  // namespace rowprint::hashing
