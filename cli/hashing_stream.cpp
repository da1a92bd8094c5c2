#include "cli/hashing_stream.hpp"

namespace rowprint::cli {

awaitable<Result<std::size_t>> HashingStream::read(std::span<std::uint8_t> into) {
  auto got = co_await inner_->read(into);
  if (got) {
    passed_.digest.update(into.first(*got));
    passed_.count += *got;
  }
  co_return got;
}

}  // namespace rowprint::cli
