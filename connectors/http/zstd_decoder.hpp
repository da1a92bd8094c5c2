#pragma once

#include "connectors/http/coding_decoder.hpp"

#include <memory>

struct ZSTD_DCtx_s;

namespace rowprint {

/// Undoes zstd (RFC 8878) by libzstd: one frame or more, each with its checksum where it has one; skippable frames are
/// passed over. Frames of the formats before it, and such as need a dictionary, are refused.
///
/// Memory: kBytesMax, since a frame that needs a larger window than RFC 9659 allows is limit_exceeded. An error's
/// offset is that of the last byte of the block (or header, or checksum) in which it showed.
class ZstdDecoder final : public CodingDecoder {
 public:
  static constexpr unsigned kWindowBits = 23;  ///< 8 MiB
  static constexpr std::size_t kBytesMax = (std::size_t{1} << kWindowBits) + (1U << 20U);

  ZstdDecoder();

  Step step(hashing::ByteView coded, std::span<std::uint8_t> room) override;
  bool complete() const override { return between_frames_ && offset_ != 0; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };

  void begin_frame();
  /// Whether a frame begins as one does, as far as `coded` shows it.
  bool is_frame(hashing::ByteView coded);

  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  std::uint64_t offset_ = 0;       ///< bytes taken
  std::uint64_t frame_begin_ = 0;  ///< where the present one begins
  bool skippable_ = false;         ///< the present one is
  bool between_frames_ = true;
  bool holds_output_ = false;  ///< decoded bytes may be left that there was no room for
  std::size_t wanted_ = 0;     ///< what libzstd would like to be given next
};

}  // namespace rowprint
