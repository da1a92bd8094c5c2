#pragma once

#include "hashing/bytes.hpp"

#include <array>
#include <cstdint>
#include <memory>

namespace rowprint::hashing {

using Digest512 = std::array<std::uint8_t, 64>;

/// SHA-512 (FIPS 180-4): no part of any fingerprint, but what clients may say of the bytes they send.
///
/// Lifecycle: ready after construction, used up by finish(). Move-only. Thread safety: none. Cost: about 1.5 ns a byte.
/// Errors: throws as Sha256.
class Sha512 {
 public:
  Sha512();

  void update(ByteView bytes);
  /// The digest of everything since construction.
  Digest512 finish();

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};

}  // namespace rowprint::hashing
