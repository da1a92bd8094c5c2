#pragma once

#include "ingest/model/error.hpp"
#include "ingest/model/receipt.hpp"
#include "ingest/progress.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace rowprint::daemon {

/// Whether rows are sent to the daemon, or it reads them from a source.
enum class JobKind : std::uint8_t { push, pull };

/// What an ingest is asked to be.
struct NewJob {
  std::string id;
  std::string dataset;
  JobKind kind = JobKind::push;
  std::string source;  ///< the name of the source that a pull reads; empty for a push
  Order order = Order::sequence;
};

/// One ingest as others see it: running, or one of the last that ended.
struct Job {
  NewJob asked;
  std::shared_ptr<Progress> progress;        ///< to be read, watched and cancelled; only the ingest writes the rest
  IngestState state = IngestState::waiting;  ///< an end where `ended` is there, and only then
  SystemTime started{};
  std::size_t attempt = 1;
  std::optional<SystemTime> ended;
  /// Why it ended without a version; while it runs, why the attempt before this one did not succeed.
  std::optional<Error> error;
  std::shared_ptr<const Receipt> receipt;  ///< where it ended with a version
};

/// A job on its way, as long as somebody follows it. Thread safety: look() from any thread. Lifecycle: shared; it stays
/// readable when the job has been forgotten.
class JobRecord {
 public:
  explicit JobRecord(NewJob asked);
  /// The job as it is now.
  Job look() const;
  const std::string& id() const { return id_; }

 private:
  friend class Jobs;
  const std::string id_;
  mutable std::mutex mutex_;
  Job job_;
};

/// The ingests that run, and the last 100 that ended.
///
/// Thread safety: all functions from any thread. Lifecycle: whoever begins a job ends it. Memory: a receipt for each
/// that ended, with its schema.
class Jobs {
 public:
  static constexpr std::size_t kEndedMax = 100;

  /// From now on it is seen. The progress is the ingest's to write.
  std::shared_ptr<Progress> begin(NewJob asked);
  /// An attempt failed: `attempt` is the next, made after a pause. The state becomes retrying, and what was counted is
  /// forgotten.
  void retry(const std::string& id, std::size_t attempt, Error failed);
  /// The state becomes what the result says, and those who watch it are told. Gives the job as it ended.
  Job end(const std::string& id, const Result<Receipt>& result);
  /// Running first, then the last that ended first.
  std::vector<Job> list() const;
  /// Nothing where there is none of that name.
  std::shared_ptr<const JobRecord> find(const std::string& id) const;
  std::size_t running() const;

  /// It ends with `cancelled`, soon. Errors: not_found; conflict where it has ended.
  Result<Job> cancel(const std::string& id);
  /// So does everything that runs.
  void cancel_all();

 private:
  using Records = std::deque<std::shared_ptr<JobRecord>>;
  static std::shared_ptr<JobRecord> find(const Records& records, const std::string& id);

  mutable std::mutex mutex_;
  Records running_;
  Records ended_;
};

/// The problem of asking for a job that is not there.
Error no_such_job(const std::string& id);

}  // namespace rowprint::daemon
