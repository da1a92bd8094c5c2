#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rowprint {

/// A walk over the tokens of a JSON text, by where each begins. Every string in the text is closed, has no control
/// character and is valid UTF-8; nothing else is sure.
///
/// A value; valid as long as the text and the positions. Memory: none.
class TokenWalk {
 public:
  TokenWalk() = default;
  /// `positions` ends with `size`, that of the text.
  TokenWalk(const char* text, std::uint32_t size, const std::uint32_t* positions)
      : text_(text), size_(size), at_(positions) {}

  /// The next token, whose first byte says what it is. At the end a NUL, again and again.
  const char* next() {
    const std::uint32_t position = *at_;
    if (position == size_) [[unlikely]] {
      return kEnd.data();
    }
    ++at_;
    return text_ + position;
  }
  /// Where the token that comes next begins, or the text ends.
  const char* place() const { return text_ + *at_; }
  /// What stands between the quotes of `string`, the token that next() has just given.
  std::string_view between_quotes(const char* string) const {
    const char* last = place() - 1;
    while (*last != '"') {
      --last;
    }
    return {string + 1, static_cast<std::size_t>(last - string - 1)};
  }

 private:
  /// As many bytes as a token may be looked at without asking.
  static constexpr std::array<char, 16> kEnd{};
  static constexpr std::uint32_t kNothing = 0;

  const char* text_ = nullptr;
  std::uint32_t size_ = 0;
  const std::uint32_t* at_ = &kNothing;
};

}  // namespace rowprint
