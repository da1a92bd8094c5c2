#include "tests/support/text_stream.hpp"

#include <algorithm>
#include <cstring>

namespace rowprint::test {

awaitable<Result<std::size_t>> TextStream::read(std::span<std::uint8_t> into) {
  const std::size_t left = text_.size() - next_;
  if (left == 0 && broken_) {
    co_return fail(*broken_);
  }
  const std::size_t wanted = chunking_ ? chunking_() : left;
  const std::size_t size = std::min({left, wanted, into.size()});
  std::memcpy(into.data(), text_.data() + next_, size);
  next_ += size;
  co_return size;
}

}  // namespace rowprint::test
