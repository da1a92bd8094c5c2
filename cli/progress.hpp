#pragma once

#include "ingest/progress.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace rowprint::cli {

/// What a progress line shows at one moment.
struct ProgressSample {
  std::string_view phase;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> bytes_total;  ///< nothing: no percentage
  std::chrono::milliseconds elapsed{0};
};

/// `hashing  35%  1.2 GB of 3.4 GB  2,100,000 rows/s  312 MB/s  0:12`, cut at `width` columns.
std::string format_progress(const ProgressSample& sample, std::size_t width);
/// Decimal units, three digits: 999 B, 1.57 MB, 312 MB.
std::string format_bytes(std::uint64_t bytes);
/// 2,100,000
std::string format_count(std::uint64_t count);
/// 0:12, 61:05, then 2:03:04.
std::string format_elapsed(std::chrono::milliseconds elapsed);

/// Whether a progress line would be seen: `descriptor` is a terminal that understands more than plain text.
bool is_live_terminal(int descriptor);

/// A line on standard error that is painted over ten times a second while a phase lasts, and is gone after it.
///
/// Lifecycle: begin() starts a phase, end() or the next begin() or destruction erases it. Silent unless enabled: then
/// no thread is started. Thread safety: the functions from one thread; the counters of progress() from any.
class ProgressLine {
 public:
  explicit ProgressLine(bool enabled) : enabled_(enabled) {}
  ~ProgressLine() { end(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void begin(std::string phase, std::optional<std::uint64_t> bytes_total);
  /// Gives the phase that was begun another name; it goes on counting.
  void rename(std::string phase);
  void end();
  bool enabled() const { return enabled_; }
  /// Where the phase that was begun counts.
  Progress& progress() { return *progress_; }
  const std::shared_ptr<Progress>& shared_progress() const { return progress_; }

 private:
  void paint_until(std::stop_token stop);
  void paint();

  const bool enabled_;
  std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
  std::string phase_;
  std::optional<std::uint64_t> bytes_total_;
  std::chrono::steady_clock::time_point began_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread painter_;
};

}  // namespace rowprint::cli
