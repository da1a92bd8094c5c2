#pragma once

#include "hashing/sha256.hpp"
#include "ingest/byte_stream.hpp"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

namespace rowprint::cli {

/// The SHA-256 of bytes, computed on a thread of its own while the caller goes on with them.
///
/// Lifecycle: update() any number of times, then finish() once. Thread safety: one call at a time.
/// Memory: two blocks of 1 MiB; update() waits when both are full.
class BackgroundDigest {
 public:
  BackgroundDigest();
  BackgroundDigest(const BackgroundDigest&) = delete;
  BackgroundDigest& operator=(const BackgroundDigest&) = delete;
  ~BackgroundDigest() { stop(); }

  void update(hashing::ByteView bytes);
  hashing::Digest finish();
  std::uint64_t bytes() const { return bytes_; }

 private:
  void hand_over();
  void hash_blocks();
  void stop();

  hashing::Sha256 digest_;
  hashing::ByteBuffer filling_;
  std::uint64_t bytes_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  hashing::ByteBuffer handed_over_;  ///< guarded by mutex_, as the two below; the worker's own while `full_`
  bool full_ = false;
  bool ended_ = false;
  std::thread worker_;
};

/// A stream that hashes the very bytes its reader gets.
///
/// Decorates: owns the inner stream; feeds `digest`, which outlives it. Thread safety, errors: as the inner stream.
class HashingStream final : public ByteStream {
 public:
  HashingStream(std::unique_ptr<ByteStream> inner, BackgroundDigest& digest)
      : inner_(std::move(inner)), digest_(digest) {}

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override;

 private:
  std::unique_ptr<ByteStream> inner_;
  BackgroundDigest& digest_;
};

}  // namespace rowprint::cli
