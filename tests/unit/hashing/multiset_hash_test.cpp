#include "hashing/multiset_hash.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace rowprint::hashing {
namespace {

class SpillInMemory : public SpillFile {
 public:
  std::error_code append(ByteView more) override {
    bytes_.append(more);
    return {};
  }
  std::error_code read(std::uint64_t offset, std::span<std::uint8_t> bytes) override {
    if (offset + bytes.size() > bytes_.size()) {
      return std::make_error_code(std::errc::io_error);
    }
    std::memcpy(bytes.data(), bytes_.data() + offset, bytes.size());
    return {};
  }

 private:
  ByteBuffer bytes_;
};

std::string row(int i) {
  return "row" + std::to_string(i);
}

Fingerprint fingerprint(MultisetHash& hash) {
  const auto result = hash.digest({});
  EXPECT_FALSE(result.error);
  return result.fingerprint;
}

TEST(MultisetHash, AddIsCommutative) {
  MultisetHash forwards;
  MultisetHash backwards;
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_FALSE(forwards.add_row(as_bytes(row(i))));
    ASSERT_FALSE(backwards.add_row(as_bytes(row(19'999 - i))));
  }
  EXPECT_EQ(fingerprint(forwards), fingerprint(backwards));
}

TEST(MultisetHash, SpillingChangesNothing) {
  MultisetHash in_memory;
  MultisetHash spilling{MultisetHash::kMemoryBytesMin, std::make_unique<SpillInMemory>()};
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string text = row(i % 700'000);
    ASSERT_FALSE(in_memory.add_row(as_bytes(text)));
    ASSERT_FALSE(spilling.add_row(as_bytes(text)));
    if (i == 300'000) {
      ASSERT_EQ(fingerprint(in_memory), fingerprint(spilling));
    }
  }
  EXPECT_EQ(fingerprint(in_memory), fingerprint(spilling));
}

}  // namespace
}  // namespace rowprint::hashing
