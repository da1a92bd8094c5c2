#pragma once

#include "connectors/http/coding_decoder.hpp"

#include <memory>

struct z_stream_s;

namespace rowprint {

/// Undoes gzip (RFC 1952) by zlib: one member or more, each with its checksum and length. Nothing else may stand behind
/// a member, zeros included. Memory: kBytesMax. An error's offset is that of the byte at which it showed.
class GzipDecoder final : public CodingDecoder {
 public:
  static constexpr std::size_t kBytesMax = 48U << 10U;  ///< zlib's window of 32 KiB and its tables

  GzipDecoder();

  Step step(hashing::ByteView coded, std::span<std::uint8_t> room) override;
  bool complete() const override { return between_members_ && members_ != 0; }

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };

  void begin_member();
  /// Whether a member begins as one does, as far as `coded` shows it.
  bool is_member(hashing::ByteView coded);

  std::unique_ptr<z_stream_s, End> stream_;
  std::uint64_t offset_ = 0;        ///< bytes taken
  std::uint64_t member_begin_ = 0;  ///< where the present one begins
  std::uint64_t members_ = 0;       ///< that have ended
  bool between_members_ = true;
};

}  // namespace rowprint
