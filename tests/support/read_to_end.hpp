#pragma once

#include "ingest/byte_stream.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace rowprint::test {

/// All that a stream gives, and what it says after it.
struct StreamOutcome {
  std::string bytes;
  std::optional<Error> error;
};

/// Reads at most `room` bytes at a time.
awaitable<StreamOutcome> read_to_end(ByteStream& stream, std::size_t room);

}  // namespace rowprint::test
