#pragma once

#include <atomic>
#include <cstdint>

namespace rowprint {

enum class IngestState : std::uint8_t { waiting, hashing, storing, sealing, sealed, reused, failed, cancelled };

/// How far an ingest got, for whoever looks. Written by the ingest, read by anyone, any time.
struct Progress {
  std::atomic<std::uint64_t> rows{0};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<IngestState> state{IngestState::waiting};
  std::atomic<bool> cancel{false};  ///< set by anyone: the ingest ends with `cancelled` at the next batch
};

}  // namespace rowprint
