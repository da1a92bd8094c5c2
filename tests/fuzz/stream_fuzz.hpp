#pragma once

#include "ingest/byte_stream.hpp"
#include "ingest/wait.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/support/text_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// What the targets of streams around streams have in common.
namespace rowprint::fuzz {

inline boost::asio::thread_pool& stream_pool() {
  static boost::asio::thread_pool pool{1};
  return pool;
}

/// How bytes come, and how many are asked for at a time.
struct Cut {
  std::size_t chunk;
  std::size_t room;
};

inline std::unique_ptr<ByteStream> stream_of(std::string_view text, Cut cut) {
  return std::make_unique<test::TextStream>(std::string{text}, cut.chunk);
}

/// All that a stream gives, and what it says after it.
struct StreamOutcome {
  std::string bytes;
  std::optional<Error> error;
};

inline awaitable<StreamOutcome> read_all(ByteStream& stream, std::size_t room) {
  StreamOutcome outcome;
  std::string piece(room, '\0');
  while (true) {
    const auto got = co_await stream.read({reinterpret_cast<std::uint8_t*>(piece.data()), piece.size()});
    if (!got) {
      outcome.error = got.error();
    }
    if (got.value_or(0) == 0) {
      co_return outcome;
    }
    outcome.bytes.append(piece, 0, *got);
  }
}

}  // namespace rowprint::fuzz
