#pragma once

#include "hashing/sha256.hpp"

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace rowprint::hashing {

/// The identity of finished content, as written in URLs and receipts: `rp1s:` (a sequence) or `rp1m:` (a multiset) and
/// 64 lower-case hexadecimal digits. A regular value.
struct Fingerprint {
  enum class Kind : std::uint8_t { sequence, multiset };

  Kind kind = Kind::sequence;
  Digest digest{};

  std::string text() const;
  static std::optional<Fingerprint> parse(std::string_view text);
  auto operator<=>(const Fingerprint&) const = default;
};

}  // namespace rowprint::hashing
