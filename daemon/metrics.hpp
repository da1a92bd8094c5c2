#pragma once

#include "ingest/model/error.hpp"
#include "ingest/progress.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rowprint::daemon {

/// What has been counted since the start. Thread safety: all functions from any thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  void request_answered(int status);
  void ingest_ended(IngestState state, std::uint64_t rows, std::uint64_t bytes);
  /// Beside ingest_ended().
  void pull_ended(IngestState state);
  /// An attempt failed, and another one follows.
  void pull_retried();
  void sealed_in(std::chrono::nanoseconds duration);
  void synced_in(std::chrono::nanoseconds duration);

  /// What is so at this moment, put beside the counters.
  struct Moment {
    std::size_t memory_budget_bytes = 0;
    std::size_t memory_used_bytes = 0;
    std::size_t memory_waiting = 0;
    std::uint64_t resident_bytes = 0;
    std::size_t connections = 0;
    std::size_t ingests_running = 0;
    std::map<std::string_view, std::size_t> ingests_by_state;  ///< of those that run; every state, also with 0
    std::size_t source_reads = 0;
    bool ready = false;
  };
  /// In Prometheus's text format.
  std::string text(const Moment& moment);

  struct Totals {
    std::uint64_t sealed = 0;
    std::uint64_t reused = 0;
    std::uint64_t failed = 0;
    std::uint64_t cancelled = 0;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
  };
  Totals totals() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

/// Resident memory of this process, in bytes; 0 where the system does not say.
std::uint64_t resident_bytes();

}  // namespace rowprint::daemon
