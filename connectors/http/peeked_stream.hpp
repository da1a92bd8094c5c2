#pragma once

#include "ingest/byte_stream.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace rowprint {

/// A stream of a text whose first characters can be looked at before it is read.
///
/// Lifecycle: peek() once, then read() to the end. Decorates: owns the inner stream. Thread safety, errors: as the
/// inner stream. What was white space in JSON before the first other byte is read as blanks. Memory: a few bytes,
/// however much white space there is.
class PeekedStream final : public ByteStream {
 public:
  explicit PeekedStream(std::unique_ptr<ByteStream> inner) : inner_(std::move(inner)) {}

  /// The three bytes from the first on that is no white space, fewer where the stream ends before.
  awaitable<Result<std::string_view>> peek();
  /// How much white space is before them.
  std::uint64_t blanks() const { return blanks_; }

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override;

 private:
  static constexpr std::size_t kPeekedBytes = 3;

  void drop_blanks();
  std::string_view held() const;

  std::unique_ptr<ByteStream> inner_;
  std::array<std::uint8_t, 4096> piece_{};
  std::size_t begin_ = 0;  ///< of what is held of the piece
  std::size_t end_ = 0;
  std::uint64_t blanks_ = 0;
  std::uint64_t blanks_read_ = 0;  ///< of them, given to the reader
};

}  // namespace rowprint
