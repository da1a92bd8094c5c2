#include "connectors/http/gzip_decoder.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <string>

namespace rowprint {
namespace {

constexpr std::array<std::uint8_t, 2> kGzipMagic{0x1f, 0x8b};
constexpr int kGzipOnly = 16;

Error gzip_error(std::uint64_t offset, std::string reason) {
  Error error = make_error(ErrorCode::bad_input, "gzip: " + std::move(reason));
  error.offset = offset;
  return error;
}

uInt clamp(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

void GzipDecoder::End::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

GzipDecoder::GzipDecoder() {
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), MAX_WBITS + kGzipOnly) != Z_OK) {
    throw std::bad_alloc{};
  }
  stream_.reset(stream.release());
}

CodingDecoder::Step GzipDecoder::step(hashing::ByteView coded, std::span<std::uint8_t> room) {
  Step step;
  if (between_members_) {
    if (coded.empty()) {
      return step;
    }
    begin_member();
  }
  if (!is_member(coded)) {
    step.error = gzip_error(member_begin_, members_ == 0 ? "not a gzip stream" : "bytes behind the last member");
    return step;
  }
  // zlib takes the input for its own, and leaves it alone.
  stream_->next_in = const_cast<std::uint8_t*>(coded.data());
  stream_->avail_in = clamp(coded.size());
  stream_->next_out = room.data();
  stream_->avail_out = clamp(room.size());
  const int outcome = inflate(stream_.get(), Z_NO_FLUSH);
  step.taken = static_cast<std::size_t>(stream_->next_in - coded.data());
  step.given = static_cast<std::size_t>(stream_->next_out - room.data());
  offset_ += step.taken;
  if (outcome == Z_MEM_ERROR) {
    throw std::bad_alloc{};
  }
  if (outcome == Z_STREAM_END) {
    between_members_ = true;
    ++members_;
  } else if (outcome != Z_OK && outcome != Z_BUF_ERROR) {
    step.error = gzip_error(offset_ - 1, stream_->msg != nullptr ? stream_->msg : "damaged");
  }
  return step;
}

void GzipDecoder::begin_member() {
  inflateReset(stream_.get());
  between_members_ = false;
  member_begin_ = offset_;
}

bool GzipDecoder::is_member(hashing::ByteView coded) {
  const std::uint64_t seen = offset_ - member_begin_;
  for (std::size_t i = 0; i < coded.size() && seen + i < kGzipMagic.size(); ++i) {
    if (coded[i] != kGzipMagic[seen + i]) {
      return false;
    }
  }
  return true;
}

}  // namespace rowprint
