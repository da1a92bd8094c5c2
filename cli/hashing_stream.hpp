#pragma once

#include "hashing/sha256.hpp"
#include "ingest/byte_stream.hpp"

#include <cstdint>
#include <memory>

namespace rowprint::cli {

/// The SHA-256 of the bytes that passed.
struct PassedBytes {
  hashing::Sha256 digest;
  std::uint64_t count = 0;
};

/// A stream that hashes the very bytes its reader gets.
///
/// Decorates: owns the inner stream; writes to `passed`, which outlives it. Thread safety, errors: as the inner stream.
class HashingStream final : public ByteStream {
 public:
  HashingStream(std::unique_ptr<ByteStream> inner, PassedBytes& passed) : inner_(std::move(inner)), passed_(passed) {}

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override;

 private:
  std::unique_ptr<ByteStream> inner_;
  PassedBytes& passed_;
};

}  // namespace rowprint::cli
