#include "connectors/http/json_nesting.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rowprint {
namespace {

constexpr std::size_t kBlockBytes = 64;
/// Braces and brackets differ by this bit alone, and so do no other two characters from them.
constexpr char kBraceBit = 0x20;

/// One bit for each of 64 bytes.
struct Marks {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opening = 0;
  std::uint64_t closing = 0;
};

#ifdef __SSE2__
Marks marks_of(const char* block) {
  Marks marks;
  for (std::size_t at = 0; at < kBlockBytes; at += sizeof(__m128i)) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + at));
    const __m128i braces = _mm_or_si128(bytes, _mm_set1_epi8(kBraceBit));
    const auto equal = [at](__m128i some, char wanted) {
      const auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(some, _mm_set1_epi8(wanted))));
      return std::uint64_t{mask} << at;
    };
    marks.quotes |= equal(bytes, '"');
    marks.backslashes |= equal(bytes, '\\');
    marks.opening |= equal(braces, '{');
    marks.closing |= equal(braces, '}');
  }
  return marks;
}
#else
Marks marks_of(const char* block) {
  Marks marks;
  for (std::size_t at = 0; at < kBlockBytes; ++at) {
    const char brace = static_cast<char>(block[at] | kBraceBit);
    marks.quotes |= std::uint64_t{block[at] == '"'} << at;
    marks.backslashes |= std::uint64_t{block[at] == '\\'} << at;
    marks.opening |= std::uint64_t{brace == '{'} << at;
    marks.closing |= std::uint64_t{brace == '}'} << at;
  }
  return marks;
}
#endif

/// The bytes that stand behind a backslash which is not behind one itself, among `size`; `is_escaped` says so of the
/// first, and then of the one behind the last.
std::uint64_t escaped_bytes(std::uint64_t backslashes, std::size_t size, bool& is_escaped) {
  std::uint64_t escaped = is_escaped ? 1 : 0;
  backslashes &= ~escaped;
  is_escaped = false;
  while (backslashes != 0) {
    const auto at = static_cast<std::size_t>(std::countr_zero(backslashes));
    if (at + 1 == size) {
      is_escaped = true;
      break;
    }
    const std::uint64_t next = std::uint64_t{2} << at;
    escaped |= next;
    backslashes &= ~(next | next >> 1U);
  }
  return escaped;
}

/// Bit i: whether an odd number of bits up to i is set.
std::uint64_t parities(std::uint64_t bits) {
  for (unsigned shift = 1; shift < kBlockBytes; shift *= 2) {
    bits ^= bits << shift;
  }
  return bits;
}

}  // namespace

std::optional<std::size_t> JsonNesting::find_end(std::string_view piece) {
  std::size_t at = 0;
  for (; piece.size() - at >= kBlockBytes; at += kBlockBytes) {
    if (const auto end = read_block(piece.data() + at, kBlockBytes)) {
      return at + *end;
    }
  }
  const std::size_t rest = piece.size() - at;
  if (rest == 0) {
    return std::nullopt;
  }
  std::array<char, kBlockBytes> block;
  block.fill(' ');
  std::memcpy(block.data(), piece.data() + at, rest);
  const auto end = read_block(block.data(), rest);
  return end ? std::optional{at + *end} : std::nullopt;
}

std::optional<std::size_t> JsonNesting::read_block(const char* block, std::size_t size) {
  const Marks marks = marks_of(block);
  std::uint64_t escaped = 0;
  if (marks.backslashes != 0 || is_escaped_) {
    has_escapes_ = true;
    escaped = escaped_bytes(marks.backslashes, size, is_escaped_);
  }
  const std::uint64_t inside = parities(marks.quotes & ~escaped) ^ (in_string_ ? ~std::uint64_t{0} : 0);
  in_string_ = (inside >> (kBlockBytes - 1)) != 0;
  std::uint64_t brackets = (marks.opening | marks.closing) & ~escaped & ~inside;
  while (brackets != 0) {
    const auto at = static_cast<std::size_t>(std::countr_zero(brackets));
    depth_ += (marks.opening >> at & 1U) != 0 ? 1 : std::uint64_t(-1);
    if (depth_ == 0) {
      return at + 1;
    }
    brackets &= brackets - 1;
  }
  return std::nullopt;
}

}  // namespace rowprint
