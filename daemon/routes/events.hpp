#pragma once

#include "daemon/jobs.hpp"
#include "daemon/server/message.hpp"

#include <chrono>
#include <memory>

namespace rowprint::daemon {

/// What becomes of a job, as server-sent events: `progress` at once, on every change of state and at most once a
/// `period` otherwise, a comment where nothing was said for `silence`, and one `end`.
///
/// Lifecycle, thread safety: as ByteProducer, awaited on a serial executor; the stream ends after `end`. Holds no
/// thread: between two events there is a timer, which a change of state cuts short. Memory: one event.
class JobEvents final : public ByteProducer {
 public:
  struct Pace {
    std::chrono::milliseconds period{500};
    std::chrono::milliseconds silence{15'000};
  };
  explicit JobEvents(std::shared_ptr<const JobRecord> record) : JobEvents(std::move(record), Pace{}) {}
  JobEvents(std::shared_ptr<const JobRecord> record, Pace pace) : record_(std::move(record)), pace_(pace) {}

  awaitable<Result<bool>> next(std::string& into) override;

 private:
  using Clock = std::chrono::steady_clock;
  /// What is due now; false where nothing is.
  bool say(std::string& into, Clock::time_point now);
  Clock::duration until_due(Clock::time_point now) const;

  /// What was last told, to see what has changed since.
  struct Told {
    IngestState state;
    std::size_t attempt;
    std::uint64_t rows;
    std::uint64_t bytes;
    bool operator==(const Told&) const = default;
  };

  std::shared_ptr<const JobRecord> record_;
  Pace pace_;
  std::optional<Told> told_;
  Clock::time_point told_at_{};
  Clock::time_point spoke_at_{};
  bool ended_ = false;
};

}  // namespace rowprint::daemon
