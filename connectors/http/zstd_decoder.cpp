#include "connectors/http/zstd_decoder.hpp"

#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>

namespace rowprint {
namespace {

constexpr std::array<std::uint8_t, 4> kFrameMagic{0x28, 0xb5, 0x2f, 0xfd};
constexpr std::array<std::uint8_t, 4> kSkippableMagic{0x50, 0x2a, 0x4d,
                                                      0x18};  // the low half of the first byte is free
constexpr std::uint8_t kFreeBits = 0x0f;
constexpr std::size_t kFirstBytes = 5;  // what says how long the header is
constexpr std::size_t kBlockHeaderBytes = 3;

Error zstd_error(std::uint64_t offset, std::string reason, ErrorCode code = ErrorCode::bad_input) {
  Error error = make_error(code, "zstd: " + std::move(reason));
  error.offset = offset;
  return error;
}

Error error_of(std::size_t outcome, std::uint64_t offset) {
  switch (ZSTD_getErrorCode(outcome)) {
    case ZSTD_error_memory_allocation:
      throw std::bad_alloc{};
    case ZSTD_error_frameParameter_windowTooLarge:
      return zstd_error(offset, "the frame needs a window of more than 8 MiB", ErrorCode::limit_exceeded);
    case ZSTD_error_dictionary_wrong:
      return zstd_error(offset, "the frame needs a dictionary");
    default:
      return zstd_error(offset, ZSTD_getErrorName(outcome));
  }
}

/// Never beyond the end of a block (or header, or checksum): what libzstd wants includes the header of the block
/// behind, and where that is damaged, it would not say how much it gave of the block before. The last bytes go
/// one by one: of a stored block, which is given as it comes, all but the last byte is then out when its end shows that
/// the frame is not as long as it says.
std::size_t bytes_to_feed(std::size_t wanted, std::size_t there) {
  return std::min<std::size_t>(there, wanted > kBlockHeaderBytes ? wanted - kBlockHeaderBytes : 1);
}

}  // namespace

void ZstdDecoder::Free::operator()(ZSTD_DCtx_s* context) const {
  ZSTD_freeDCtx(context);
}

ZstdDecoder::ZstdDecoder() : context_(ZSTD_createDCtx()) {
  if (!context_ ||
      ZSTD_isError(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, static_cast<int>(kWindowBits))) != 0) {
    throw std::bad_alloc{};
  }
}

CodingDecoder::Step ZstdDecoder::step(hashing::ByteView coded, std::span<std::uint8_t> room) {
  Step step;
  if (between_frames_) {
    if (coded.empty()) {
      return step;
    }
    begin_frame();
  }
  if (!is_frame(coded)) {
    step.error = zstd_error(frame_begin_, frame_begin_ == 0 ? "not a zstd stream" : "bytes behind the last frame");
    return step;
  }
  // What is held back goes first and alone: where what follows it is damaged, it would be lost.
  const std::size_t fed = holds_output_ ? 0 : bytes_to_feed(wanted_, coded.size());
  ZSTD_inBuffer in{coded.data(), fed, 0};
  ZSTD_outBuffer out{room.data(), room.size(), 0};
  const std::size_t outcome = ZSTD_decompressStream(context_.get(), &out, &in);
  if (ZSTD_isError(outcome) != 0) {
    step.error = error_of(outcome, offset_ + fed - 1);
    return step;
  }
  step.taken = in.pos;
  step.given = out.pos;
  offset_ += step.taken;
  holds_output_ = out.pos == out.size;
  wanted_ = outcome;
  between_frames_ = outcome == 0;
  return step;
}

void ZstdDecoder::begin_frame() {
  between_frames_ = false;
  holds_output_ = false;
  frame_begin_ = offset_;
  wanted_ = kFirstBytes + kBlockHeaderBytes;
}

bool ZstdDecoder::is_frame(hashing::ByteView coded) {
  const std::uint64_t seen = offset_ - frame_begin_;
  for (std::size_t i = 0; i < coded.size() && seen + i < kFrameMagic.size(); ++i) {
    if (seen + i == 0) {
      skippable_ = (coded[0] & ~kFreeBits) == kSkippableMagic[0];
    }
    const std::uint8_t byte = seen + i == 0 && skippable_ ? coded[i] & ~kFreeBits : coded[i];
    if (byte != (skippable_ ? kSkippableMagic : kFrameMagic)[seen + i]) {
      return false;
    }
  }
  return true;
}

}  // namespace rowprint
