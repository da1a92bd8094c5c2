#pragma once

#include "ingest/model/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <span>

namespace rowprint {

using boost::asio::awaitable;

/// Bytes that come once, in order: a request body, a file, standard input.
///
/// Thread safety: one read() at a time; successive calls may come from different threads.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Reads at least one byte, at most `into.size()`; 0 at the end, and only where the end is certain.
  /// Errors: truncated when the other side stopped before the end, io, cancelled.
  virtual awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) = 0;
};

}  // namespace rowprint
