#pragma once

#include "ingest/watched.hpp"

#include <atomic>
#include <cstdint>

namespace rowprint {

enum class IngestState : std::uint8_t {
  waiting,     ///< for its share of memory
  connecting,  ///< to what it is read from
  retrying,    ///< pauses between two attempts
  hashing,
  storing,
  sealing,
  sealed,
  reused,
  failed,
  cancelled
};

/// Whether nothing comes after it.
constexpr bool is_end(IngestState state) {
  return state >= IngestState::sealed;
}

/// How far an ingest got, for whoever looks. Written by the ingest, read by anyone, any time.
struct Progress {
  std::atomic<std::uint64_t> rows{0};
  std::atomic<std::uint64_t> bytes{0};
  Watched<IngestState> state{IngestState::waiting};
  /// Set by anyone: the ingest ends with `cancelled` at the next batch, or before it where whoever waits for something
  /// watches this. An ingest that has begun to publish may still end as it would have.
  Watched<bool> cancel{false};
};

}  // namespace rowprint
