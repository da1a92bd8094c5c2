#include "connectors/http/decoded_stream.hpp"

#include "connectors/http/gzip_decoder.hpp"
#include "connectors/http/zstd_decoder.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rowprint {
namespace {

std::unique_ptr<CodingDecoder> make_decoder(ContentCoding coding) {
  if (coding == ContentCoding::zstd) {
    return std::make_unique<ZstdDecoder>();
  }
  return std::make_unique<GzipDecoder>();
}

}  // namespace

DecodedStream::DecodedStream(std::unique_ptr<ByteStream> inner, ContentCoding coding, DecodingLimits limits)
    : inner_(std::move(inner)), coding_(coding), limits_(limits) {}

awaitable<Result<std::size_t>> DecodedStream::read(std::span<std::uint8_t> into) {
  const std::span<std::uint8_t> room = into.first(std::min(into.size(), kStepBytes));
  if (!decoder_) {
    decoder_ = make_decoder(coding_);
    buffer_ = std::make_unique_for_overwrite<std::uint8_t[]>(kBufferBytes);
  }
  while (true) {
    if (failure_) {
      co_return fail(*failure_);
    }
    if (begin_ == end_ && !holds_output_) {
      const bool filled = co_await fill();
      if (!filled) {
        co_return failure_ ? Result<std::size_t>{fail(*failure_)} : Result<std::size_t>{0};
      }
    }
    if (const std::size_t given = decode(room); given != 0) {
      co_return given;
    }
  }
}

std::size_t DecodedStream::decode(std::span<std::uint8_t> room) {
  CodingDecoder::Step step = decoder_->step({buffer_.get() + begin_, end_ - begin_}, room);
  begin_ += step.taken;
  coded_bytes_ += step.taken;
  holds_output_ = step.given == room.size();
  const std::size_t given = within_limits(step.given);
  if (!failure_) {
    failure_ = std::move(step.error);
  }
  return given;
}

std::size_t DecodedStream::within_limits(std::size_t given) {
  decoded_bytes_ += given;
  if (decoded_bytes_ > limits_.decoded_bytes_max) {
    const std::uint64_t excess = decoded_bytes_ - limits_.decoded_bytes_max;
    fail_at(ErrorCode::limit_exceeded, coded_bytes_,
            "decoded, the body is longer than limits.decoded_bytes (" + std::to_string(limits_.decoded_bytes_max) +
                " bytes)");
    return given - static_cast<std::size_t>(std::min<std::uint64_t>(excess, given));
  }
  if (decoded_bytes_ > kUnjudgedBytes && (decoded_bytes_ - 1) / limits_.ratio_max >= coded_bytes_) {
    fail_at(ErrorCode::limit_exceeded, coded_bytes_,
            "decoded, the body is more than limits.decoded_ratio (" + std::to_string(limits_.ratio_max) +
                ") times as long");
    return 0;
  }
  return given;
}

awaitable<bool> DecodedStream::fill() {
  const std::span<std::uint8_t> room{buffer_.get(), kBufferBytes};
  const Result<std::size_t> got = co_await inner_->read(room);
  begin_ = 0;
  end_ = got.value_or(0);
  if (!got) {
    failure_ = got.error();
  } else if (*got == 0 && !decoder_->complete()) {
    fail_at(ErrorCode::truncated, coded_bytes_, "the stream ends before its end");
  }
  co_return end_ != 0;
}

void DecodedStream::fail_at(ErrorCode code, std::uint64_t offset, std::string reason) {
  Error error;
  error.code = code;
  error.reason = std::string{to_string(coding_)} + ": " + std::move(reason);
  error.offset = offset;
  failure_ = std::move(error);
}

std::unique_ptr<ByteStream> decode_stream(std::unique_ptr<ByteStream> stream, ContentCoding coding,
                                          DecodingLimits limits) {
  if (coding == ContentCoding::identity) {
    return stream;
  }
  return std::make_unique<DecodedStream>(std::move(stream), coding, limits);
}

}  // namespace rowprint
