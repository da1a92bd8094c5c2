#include "tests/support/read_to_end.hpp"

#include <cstdint>

namespace rowprint::test {

awaitable<StreamOutcome> read_to_end(ByteStream& stream, std::size_t room) {
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

}  // namespace rowprint::test
