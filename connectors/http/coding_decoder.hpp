#pragma once

#include "hashing/bytes.hpp"
#include "ingest/model/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rowprint {

/// Undoes one content coding, in steps, in bounded memory. Knows of no stream and no limit.
///
/// Lifecycle: step() until all is read, or until an error; then destroy. Thread safety: none. Laws: what is given, and
/// where an error is found, does not depend on how the coded bytes are cut. Errors: throws std::bad_alloc only.
class CodingDecoder {
 public:
  struct Step {
    std::size_t taken = 0;         ///< of the coded bytes
    std::size_t given = 0;         ///< into the room
    std::optional<Error> error{};  ///< found behind what is given; its offset counts all coded bytes
  };

  virtual ~CodingDecoder() = default;
  /// Neither takes nor gives anything only where `coded` is empty and no bytes are held back. `room` is not empty;
  /// where all of it was used, the next step may give more without taking anything.
  virtual Step step(hashing::ByteView coded, std::span<std::uint8_t> room) = 0;
  /// Whether what was taken is complete: the coded bytes may end here.
  virtual bool complete() const = 0;
};

}  // namespace rowprint
