#include "hashing/seal.hpp"

#include "hashing/sha256.hpp"

namespace rowprint::hashing {

Digest seal(std::string_view domain, const Digest& schema, std::uint64_t rows, const Digest& root) {
  std::array<std::uint8_t, 8> count;
  for (std::size_t i = 0; i < count.size(); ++i) {
    count[i] = static_cast<std::uint8_t>(rows >> (56 - 8 * i));
  }
  Sha256 hash;
  hash.update(as_bytes(domain));
  hash.update(schema);
  hash.update(count);
  hash.update(root);
  return hash.finish();
}

}  // namespace rowprint::hashing
