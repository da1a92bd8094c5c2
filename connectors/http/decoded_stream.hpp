#pragma once

#include "connectors/http/coding_decoder.hpp"
#include "connectors/http/content_coding.hpp"
#include "ingest/byte_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

namespace rowprint {

/// How much a coded stream may become. Units: bytes; decoded bytes for each coded one.
struct DecodingLimits {
  std::uint64_t decoded_bytes_max = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t ratio_max = std::numeric_limits<std::uint64_t>::max();
};

/// A stream whose content coding is undone while it is read.
///
/// Decorates: owns the inner stream. Lifecycle, thread safety: as ByteStream; decodes on the thread that reads. Memory:
/// decoding_bytes() from the first read on, whatever the stream becomes. The ratio is judged beyond the first
/// kUnjudgedBytes, after every step of at most kStepBytes. Errors, after all bytes before them were given: those of the
/// inner stream; bad_input where the coding is damaged or something stands behind its end; truncated where it ends too
/// soon; limit_exceeded, naming the limit. Their offset is that in the coded stream.
class DecodedStream final : public ByteStream {
 public:
  static constexpr std::size_t kBufferBytes = 64U << 10U;
  static constexpr std::size_t kStepBytes = 128U << 10U;
  static constexpr std::uint64_t kUnjudgedBytes = 1U << 20U;

  /// `coding` is not identity.
  DecodedStream(std::unique_ptr<ByteStream> inner, ContentCoding coding, DecodingLimits limits = {});

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override;

 private:
  /// Gives what can be had without reading.
  std::size_t decode(std::span<std::uint8_t> room);
  /// Judges `given` bytes that were just decoded; gives how many of them are within the limits.
  std::size_t within_limits(std::size_t given);
  /// Called where there is nothing to decode. False at the end.
  awaitable<bool> fill();
  void fail_at(ErrorCode code, std::uint64_t offset, std::string reason);

  std::unique_ptr<ByteStream> inner_;
  const ContentCoding coding_;
  const DecodingLimits limits_;
  std::unique_ptr<CodingDecoder> decoder_;
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t begin_ = 0;  ///< of what is coded and not yet taken
  std::size_t end_ = 0;
  std::uint64_t coded_bytes_ = 0;  ///< taken
  std::uint64_t decoded_bytes_ = 0;
  bool holds_output_ = false;  ///< the decoder may have more without being given anything
  std::optional<Error> failure_;
};

/// `stream` as it is where the coding is identity.
std::unique_ptr<ByteStream> decode_stream(std::unique_ptr<ByteStream> stream, ContentCoding coding,
                                          DecodingLimits limits = {});

}  // namespace rowprint
