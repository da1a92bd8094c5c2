#pragma once

#include "ingest/byte_stream.hpp"

#include <functional>
#include <optional>
#include <string>

namespace rowprint::test {

/// A text as a stream of bytes, cut as a test likes. Ownership: owns the text. Thread safety as ByteStream.
class TextStream final : public ByteStream {
 public:
  /// How many bytes the next read may give, at least 1.
  using Chunking = std::function<std::size_t()>;

  explicit TextStream(std::string text, Chunking chunking = {})
      : text_(std::move(text)), chunking_(std::move(chunking)) {}
  TextStream(std::string text, std::size_t chunk_bytes)
      : TextStream(std::move(text), [chunk_bytes] { return chunk_bytes; }) {}

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override;
  /// What read() says after the last byte, instead of the end.
  void break_with(Error error) { broken_ = std::move(error); }

 private:
  std::string text_;
  Chunking chunking_;
  std::size_t next_ = 0;
  std::optional<Error> broken_;
};

}  // namespace rowprint::test
