#include "connectors/http/peeked_stream.hpp"

#include <algorithm>
#include <cstring>

namespace rowprint {

awaitable<Result<std::string_view>> PeekedStream::peek() {
  while (held().size() < kPeekedBytes) {
    std::copy(piece_.begin() + static_cast<std::ptrdiff_t>(begin_), piece_.begin() + static_cast<std::ptrdiff_t>(end_),
              piece_.begin());
    end_ -= begin_;
    begin_ = 0;
    const auto got = co_await inner_->read(std::span{piece_}.subspan(end_));
    if (!got) {
      co_return fail(got.error());
    }
    if (*got == 0) {
      break;
    }
    const bool was_blank = end_ == 0;
    end_ += *got;
    if (was_blank) {
      drop_blanks();
    }
  }
  co_return held().substr(0, kPeekedBytes);
}

awaitable<Result<std::size_t>> PeekedStream::read(std::span<std::uint8_t> into) {
  if (blanks_read_ < blanks_) {
    const std::size_t size = std::min<std::uint64_t>(into.size(), blanks_ - blanks_read_);
    std::memset(into.data(), ' ', size);
    blanks_read_ += size;
    co_return size;
  }
  if (begin_ < end_) {
    const std::size_t size = std::min(into.size(), end_ - begin_);
    std::memcpy(into.data(), piece_.data() + begin_, size);
    begin_ += size;
    co_return size;
  }
  auto got = co_await inner_->read(into);
  co_return got;
}

void PeekedStream::drop_blanks() {
  const std::size_t blanks = std::min(held().find_first_not_of(" \t\n\r"), held().size());
  begin_ += blanks;
  blanks_ += blanks;
}

std::string_view PeekedStream::held() const {
  return {reinterpret_cast<const char*>(piece_.data()) + begin_, end_ - begin_};
}

}  // namespace rowprint
